import ChatrixModel
import Glibc
import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import Synchronization

/// A listening socket whose connections are all served on one event loop.
package final class HTTPServer: Sendable {
    private let channel: any Channel
    /// Nil after `stop`: it tells its event loop when it is released, so it must not outlive that.
    private let quiescing: Mutex<ServerQuiescingHelper?>
    private let table: NIOLoopBound<ConnectionTable>
    /// The port that was asked for or, for port 0, the one that was free.
    package let port: Int

    private init(
        channel: any Channel, quiescing: ServerQuiescingHelper, table: NIOLoopBound<ConnectionTable>, port: Int
    ) {
        self.channel = channel
        self.quiescing = Mutex(quiescing)
        self.table = table
        self.port = port
    }

    /// Connections that the kernel completes before they are accepted. Thousands may come at the same moment.
    private static let backlog: Int32 = 4096

    /// Listens, and returns when connections are accepted. Not to be called on an event loop.
    ///
    /// `makeResponder` is called once, on `loop`. Throws `ServerStartError.portTaken` or `.cannotListen`.
    package static func start(
        host: String, port: Int, limits: HTTPLimits = HTTPLimits(), on loop: any EventLoop, logger: Logger,
        makeResponder: @escaping @Sendable () throws -> any HTTPResponder
    ) throws -> HTTPServer {
        let table = try loop.submit {
            let table = ConnectionTable(limits: limits, responder: try makeResponder(), logger: logger)
            table.startSweeping(on: loop)
            return NIOLoopBound(table, eventLoop: loop)
        }.wait()
        let quiescing = ServerQuiescingHelper(group: loop)
        let bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try configure(channel, table: table.value)
                }
            }
        do {
            let channel = try bootstrap.bind(host: host, port: port).wait()
            return HTTPServer(
                channel: channel, quiescing: quiescing, table: table, port: channel.localAddress?.port ?? port)
        } catch {
            loop.execute { table.value.stopSweeping() }
            if let error = error as? IOError, error.errnoCode == EADDRINUSE {
                throw ServerStartError.portTaken(host: host, port: port, option: "--port")
            }
            throw ServerStartError.cannotListen(host: host, port: port, cause: "\(error)")
        }
    }

    /// The handlers of one connection; `WebSocketUpgrade` replaces them.
    private static func configure(_ channel: any Channel, table: ConnectionTable) throws {
        var encoding = HTTPResponseEncoder.Configuration()
        // `HTTPResponseHead(_:version:closes:)` frames every answer.
        encoding.automaticallySetFramingHeaders = false
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = table.limits.headerBytesMax
        decoding.maxHeaderListSize = table.limits.headerBytesMax
        decoding.maxHeaderFieldCount = table.limits.headerFieldsMax
        // Errors are answered by the connection handler, with the envelope. Header values need no second validation:
        // `HTTPField` holds none that could split a response.
        try channel.pipeline.syncOperations.addHandlers(
            HTTPResponseEncoder(configuration: encoding),
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoding)),
            HTTPServerPipelineHandler(), HTTPConnectionHandler(table: table))
    }

    /// How many connections are open. Not to be called on an event loop.
    package func connectionCount() throws -> Int {
        try channel.eventLoop.submit { self.table.value.count }.wait()
    }

    /// How many of them are open WebSocket connections. Not to be called on an event loop.
    package func webSocketCount() throws -> Int {
        try channel.eventLoop.submit { self.table.value.openWebSocketCount }.wait()
    }

    /// Stops accepting, lets requests that are under way be answered, and returns how many connections had to be cut off
    /// at the deadline. Further calls do nothing. Not to be called on an event loop.
    @discardableResult
    package func stop(within deadline: Duration = .seconds(5)) throws -> Int {
        let loop = channel.eventLoop
        let helper = quiescing.withLock { quiescing in
            defer { quiescing = nil }
            return quiescing
        }
        guard let helper else { return 0 }
        let finished = loop.makePromise(of: Void.self)
        let table = table
        let cutOff = loop.makePromise(of: Int.self)
        let alarm = loop.scheduleTask(in: TimeAmount(deadline)) {
            cutOff.succeed(table.value.closeAll())
        }
        finished.futureResult.whenComplete { _ in
            alarm.cancel()
            cutOff.succeed(0)
        }
        helper.initiateShutdown(promise: finished)
        try finished.futureResult.wait()
        try loop.submit { table.value.stopSweeping() }.wait()
        return try cutOff.futureResult.wait()
    }
}
