import ChatrixModel

/// The one line of `serve` on standard output: where the server is, for the program that started it.
package struct ReadyLine: Sendable {
    package var http: String
    package var mqtt: String?
    package var webSocket: String
    package var control: String?
    package var seed: UInt64
    package var processID: Int
    package var startupMilliseconds: Int

    package init(_ server: ReferenceServer, seed: UInt64, processID: Int, startupMilliseconds: Int) {
        http = server.httpURL
        mqtt = server.mqttURL
        webSocket = server.webSocketURL
        control = server.controlURL
        self.seed = seed
        self.processID = processID
        self.startupMilliseconds = startupMilliseconds
    }

    /// A JSON object without line break, with all keys always in this order.
    package var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("ready")
        writer.value(true)
        writer.key("http")
        writer.value(http)
        writer.key("mqtt")
        writer.value(mqtt)
        writer.key("websocket")
        writer.value(webSocket)
        writer.key("control")
        writer.value(control)
        writer.key("seed")
        writer.value(JSON.number(String(seed)))
        writer.key("pid")
        writer.value(processID)
        writer.key("startup_ms")
        writer.value(startupMilliseconds)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
