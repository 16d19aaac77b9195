import ChatrixMQTT
import ChatrixReference
import ChatrixScenario
import ChatrixServer
import Logging
import NIOCore
import NIOPosix

@testable import ChatrixLive

/// What whole runs need: servers, a scenario, addresses.
enum LiveSetup {
    private static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .error
        return logger
    }()

    static func startServer(_ broker: ReferenceServer.Broker, port: Int? = nil) throws -> ReferenceServer {
        var configuration = ReferenceServer.Configuration.inProcess
        configuration.broker = broker
        if let port { configuration.port = port }
        configuration.api.rateLimits = .off
        return try ReferenceServer.start(configuration, logger: logger)
    }

    static func scenario(
        users: Int = 20, load: String = "{rate: 60/s, for: 2s}", settle: String = "5s"
    ) throws -> Scenario {
        let text = """
            name: live
            users: \(users)
            pairs: {kind: ring, degree: 2}
            load: [\(load)]
            settle: \(settle)
            flows:
              - name: chat
                weight: 3
                steps:
                  - ensure
                  - send: {text: "hello {{peer}} {{n}}"}
                  - await: {event: message, at: peer, within: 5s}
                  - peer: {read: {}}
                  - await: {event: read-receipt, at: self, within: 5s}
                  - view
              - name: look
                steps: [me, conversations, messages, profile, follow, unfollow, block, unblock, login, me]
            """
        return try Scenario(parsing: Array(text.utf8), file: "live.yaml")
    }

    static func configuration(http: String, mqtt: String?) throws -> LiveConfiguration {
        LiveConfiguration(http: try HTTPBase(parsing: http), mqtt: try mqtt.map { try MQTTEndpoint(parsing: $0) })
    }

    /// Accepts connections and does with each what `onRequest` wants whenever something came.
    static func silentServer(_ onRequest: @escaping @Sendable (any Channel) -> Void) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(OnRequest(onRequest))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private final class OnRequest: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let body: @Sendable (any Channel) -> Void

        init(_ body: @escaping @Sendable (any Channel) -> Void) { self.body = body }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { body(context.channel) }
    }
}
