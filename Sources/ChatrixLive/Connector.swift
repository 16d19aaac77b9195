import NIOCore
import NIOPosix
import NIOSSL

/// Opens TCP connections to one address, a bounded number at a time: what would come beyond the server's backlog waits
/// whole seconds for the retransmission of its SYN. Lives on one event loop.
final class Connector {
    static let concurrentMax = 64
    /// Every connection keeps one buffer for reading: most answers fit into the least, none makes it stay large.
    private static let buffers = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 4096)

    private struct Attempt {
        var configure: (any Channel) throws -> Void
        var failed: (String) -> Void
    }

    let address: SocketAddress
    private let host: String
    private let tls: NIOSSLContext?
    private let loop: any EventLoop
    private let timeout: TimeAmount
    private var waiting: [Attempt] = []
    private var firstWaiting = 0
    private var activeCount = 0
    /// Connections made so far.
    private(set) var openedCount = 0

    init(_ base: HTTPBase, address: SocketAddress, tls: NIOSSLContext?, loop: any EventLoop, timeout: TimeAmount) {
        self.address = address
        host = base.host
        self.tls = base.usesTLS ? tls : nil
        self.loop = loop
        self.timeout = timeout
    }

    var waitingCount: Int { waiting.count - firstWaiting }

    /// Opens a connection when its turn comes. `configure` adds the handlers behind TLS; exactly one of the two is called
    /// first, `failed` with the reason, and `failed` perhaps also after `configure`.
    func connect(configure: @escaping (any Channel) throws -> Void, failed: @escaping (String) -> Void) {
        waiting.append(Attempt(configure: configure, failed: failed))
        startNext()
    }

    /// Drops those who still wait for their turn, without a word.
    func close() {
        waiting = []
        firstWaiting = 0
    }

    private func startNext() {
        while activeCount < Connector.concurrentMax, firstWaiting < waiting.count {
            let attempt = waiting[firstWaiting]
            firstWaiting += 1
            if firstWaiting == waiting.count {
                waiting = []
                firstWaiting = 0
            }
            activeCount += 1
            start(attempt)
        }
    }

    private func start(_ attempt: Attempt) {
        let bound = NIOLoopBound((connector: self, attempt: attempt), eventLoop: loop)
        let (tls, host) = (tls, host)
        ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.recvAllocator, value: Connector.buffers)
            // A channel keeps as many buffers as it may fill before it looks after the others.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(Connector.makeTLSHandler(tls, host: host))
                    }
                    try bound.value.attempt.configure(channel)
                }
            }
            .connect(to: address)
            .whenComplete { result in
                let (connector, attempt) = bound.value
                connector.activeCount -= 1
                switch result {
                case .success: connector.openedCount += 1
                case .failure(let error): attempt.failed("cannot connect to \(connector.address): \(error)")
                }
                connector.startNext()
            }
    }

    private static func makeTLSHandler(_ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
        do {
            return try NIOSSLClientHandler(context: context, serverHostname: host)
        } catch let error as NIOSSLExtraError where error == .cannotUseIPAddressInSNI {
            return try NIOSSLClientHandler(context: context, serverHostname: nil)
        }
    }
}
