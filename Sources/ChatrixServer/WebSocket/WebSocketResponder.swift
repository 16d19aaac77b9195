import ChatrixModel
import ChatrixReference

/// What stands behind the WebSocket connections of an `HTTPServer`. All calls come on the server's event loop.
package protocol WebSocketResponder: AnyObject {
    /// Judges a GET request with the headers of a handshake; `connection` may be written to from now on.
    func open(_ request: APIRequest, _ connection: any WebSocketConnection) -> SocketOpening

    /// Handles one whole message.
    func receive(_ input: SocketInput, on id: SocketID)

    /// The connection is gone, or carries nothing more. Further calls for it do nothing.
    func closed(_ id: SocketID)
}

/// The server's end of one WebSocket connection.
package protocol WebSocketConnection: AnyObject {
    /// Writes a text frame, which `flush` sends.
    func send(_ text: [UInt8])

    /// Sends the close frame after all that was written. Nothing can be sent any more.
    func close(_ code: SocketCloseCode)

    func flush()
}
