import NIOCore
import NIOPosix
import Synchronization

/// A broker that speaks just enough MQTT 3.1.1 to refuse: connections at first with a CONNACK code, then topics.
final class FakeBroker: Sendable {
    struct Behaviour: Sendable {
        /// So many connections get this CONNACK code instead of 0.
        var refusedConnections = 0
        var refusalCode: UInt8 = 3
        /// So many SUBSCRIBE packets get 0x80 for each of their topics.
        var refusedSubscriptions = 0
        /// Client IDs with this end are refused always.
        var refusedSuffix: String?
    }

    private struct Counts: Sendable {
        var connects = 0
        var subscribes = 0
    }

    private let channel: any Channel

    init(_ behaviour: Behaviour) async throws {
        let counts = SharedCounts()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Session(behaviour, counts))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    func stop() async throws { try await channel.close() }

    private final class SharedCounts: Sendable {
        let counts = Mutex(Counts())
    }

    private final class Session: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let behaviour: Behaviour
        private let shared: SharedCounts
        private var unread = ByteBuffer()

        init(_ behaviour: Behaviour, _ shared: SharedCounts) {
            self.behaviour = behaviour
            self.shared = shared
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            unread.writeBuffer(&bytes)
            // Packets of this test are shorter than 16 kB: the length takes one or two bytes.
            while let type = unread.getInteger(at: unread.readerIndex, as: UInt8.self),
                let low = unread.getInteger(at: unread.readerIndex + 1, as: UInt8.self)
            {
                let high = low < 0x80 ? 0 : unread.getInteger(at: unread.readerIndex + 2, as: UInt8.self)
                guard let high else { return }
                let length = Int(low & 0x7F) + Int(high) << 7
                let head = low < 0x80 ? 2 : 3
                guard unread.readableBytes >= head + length else { return }
                unread.moveReaderIndex(forwardBy: head)
                guard let packet = unread.readSlice(length: length) else { return }
                answer(type >> 4, packet, context)
            }
        }

        private func answer(_ type: UInt8, _ packet: ByteBuffer, _ context: ChannelHandlerContext) {
            switch type {
            case 1:
                let idLength = Int(packet.getInteger(at: packet.readerIndex + 10, as: UInt16.self) ?? 0)
                let id = packet.getString(at: packet.readerIndex + 12, length: idLength) ?? ""
                let number = shared.counts.withLock { counts in
                    counts.connects += 1
                    return counts.connects
                }
                let isRefused =
                    number <= behaviour.refusedConnections || behaviour.refusedSuffix.map(id.hasSuffix) == true
                send([0x20, 2, 0, isRefused ? behaviour.refusalCode : 0], context)
                if isRefused { context.close(promise: nil) }
            case 8:
                let number = shared.counts.withLock { counts in
                    counts.subscribes += 1
                    return counts.subscribes
                }
                var topics = 0
                var index = packet.readerIndex + 2
                while let length = packet.getInteger(at: index, as: UInt16.self) {
                    topics += 1
                    index += 2 + Int(length) + 1
                }
                let code: UInt8 = number <= behaviour.refusedSubscriptions ? 0x80 : 1
                let identifier = packet.getBytes(at: packet.readerIndex, length: 2) ?? []
                send([0x90, UInt8(2 + topics)] + identifier + Array(repeating: code, count: topics), context)
            case 12: send([0xD0, 0], context)
            case 14: context.close(promise: nil)
            default: break
            }
        }

        private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }
    }
}
