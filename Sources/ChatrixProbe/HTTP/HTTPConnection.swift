import ChatrixConformance
import ChatrixLive
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS

/// The HTTP side of a deployment: where it is and whom to trust there.
package struct HTTPAccess: Sendable {
    package let base: HTTPBase
    private let tls: NIOSSLContext?

    /// `authorities` is a PEM file to trust for `https`, `nil` for those of the operating system.
    package init(_ base: HTTPBase, authorities: String? = nil) throws {
        self.base = base
        guard base.usesTLS else {
            tls = nil
            return
        }
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.applicationProtocols = ["http/1.1"]
        if let authorities { settings.trustRoots = .file(authorities) }
        do {
            tls = try NIOSSLContext(configuration: settings)
        } catch {
            throw TargetError("prepare TLS for", base.description, cause: "\(error)")
        }
    }

    /// Plain HTTP on a port of this machine.
    package init(port: Int) {
        base = HTTPBase(host: "127.0.0.1", port: port)
        tls = nil
    }

    func makeTLSHandler() throws -> NIOSSLClientHandler? {
        guard let tls else { return nil }
        do {
            return try NIOSSLClientHandler(context: tls, serverHostname: base.host)
        } catch let error as NIOSSLExtraError where error == .cannotUseIPAddressInSNI {
            return try NIOSSLClientHandler(context: tls, serverHostname: nil)
        }
    }
}

/// A keep-alive connection that carries one request at a time, its headers as given and in their order. Blocks; every
/// wait has a deadline.
final class HTTPConnection {
    static let connectLimit = TimeAmount.seconds(10)
    static let answerLimit = TimeAmount.seconds(20)

    private let channel: any Channel
    private let exchanger: NIOLoopBound<HTTPExchanger>
    private let authority: String

    /// Connects, for `https` with the certificate checked.
    init(_ access: HTTPAccess) throws {
        authority = access.base.authority
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let subject = access.base.description
        let ready = loop.makePromise(of: Void.self)
        let exchanger = try loop.submit {
            NIOLoopBound(HTTPExchanger(ready: ready, awaitsTLS: access.base.usesTLS), eventLoop: loop)
        }.wait()
        self.exchanger = exchanger
        let connecting = ClientBootstrap(group: loop)
            .connectTimeout(Self.connectLimit)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls = try access.makeTLSHandler() { try pipeline.addHandler(tls) }
                    var settings = HTTPRequestEncoder.Configuration()
                    settings.automaticallySetFramingHeaders = false
                    try pipeline.addHandler(HTTPRequestEncoder(configuration: settings))
                    try pipeline.addHandler(
                        ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
                    try pipeline.addHandler(exchanger.value)
                }
            }
            .connect(host: access.base.host, port: access.base.port)
        do {
            channel = try connecting.wait()
        } catch {
            ready.succeed()
            throw TargetError("connect to", subject, cause: Self.cause(error))
        }
        let limit = loop.scheduleTask(in: Self.connectLimit) {
            ready.fail(HTTPExchanger.Failure("no greeting of TLS for \(Self.seconds(Self.connectLimit)) s"))
        }
        do {
            try ready.futureResult.wait()
            limit.cancel()
        } catch {
            limit.cancel()
            channel.close(promise: nil)
            throw TargetError("connect to", subject, cause: Self.cause(error))
        }
    }

    deinit { channel.close(promise: nil) }

    /// Whether the connection can still carry a request.
    var isOpen: Bool { channel.isActive }

    /// Sends a request and reads its answer. `isReusable` is false when the connection cannot carry another one.
    ///
    /// Adds `Host`, and `Content-Length` where there is a body or the method usually has one.
    func exchange(_ request: Exchange.Request) throws -> (answer: Exchange.Answer, isReusable: Bool) {
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: authority)
        for header in request.headers { headers.add(name: header.name, value: header.value) }
        let isFramed = request.headers.contains {
            ["content-length", "transfer-encoding"].contains($0.name.lowercased())
        }
        if !isFramed, !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
            headers.add(name: "Content-Length", value: String(request.body.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: .init(rawValue: request.method), uri: request.target, headers: headers)
        let body = request.body.isEmpty ? nil : ByteBuffer(bytes: request.body)
        let exchanger = exchanger
        let result = channel.eventLoop.flatSubmit { exchanger.value.exchange(head, body) }
        do {
            return try result.wait()
        } catch {
            throw TargetError("exchange", "\(request.method) \(request.target)", cause: Self.cause(error))
        }
    }

    static func seconds(_ amount: TimeAmount) -> Int64 { amount.nanoseconds / 1_000_000_000 }

    /// What went wrong, in the words of a person.
    private static func cause(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let failure = error.connectionErrors.first { return cause(failure.error) }
            if error.dnsAError != nil || error.dnsAAAAError != nil { return "the name \(error.host) is not known" }
            return "\(error)"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: return "no answer for \(seconds(connectLimit)) s"
        case let error as HTTPExchanger.Failure: return error.what
        case let error as NIOSSLError: return "TLS: \(error)"
        default: return "\(error)"
        }
    }
}

/// Matches answers to requests on the event loop of a connection.
final class HTTPExchanger: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    struct Failure: Error, Sendable {
        let what: String

        init(_ what: String) { self.what = what }
    }

    private struct Pending {
        let promise: EventLoopPromise<(answer: Exchange.Answer, isReusable: Bool)>
        let limit: Scheduled<Void>
        var answer: Exchange.Answer?
        var isKeptAlive = true
    }

    private let ready: EventLoopPromise<Void>
    private let awaitsTLS: Bool
    private var context: ChannelHandlerContext?
    private var pending: Pending?
    private var isWritten = false

    init(ready: EventLoopPromise<Void>, awaitsTLS: Bool) {
        self.ready = ready
        self.awaitsTLS = awaitsTLS
    }

    func exchange(
        _ head: HTTPRequestHead, _ body: ByteBuffer?
    ) -> EventLoopFuture<(answer: Exchange.Answer, isReusable: Bool)> {
        guard let context, context.channel.isActive else {
            return ready.futureResult.eventLoop.makeFailedFuture(Failure("the connection is closed"))
        }
        let promise = context.eventLoop.makePromise(of: (answer: Exchange.Answer, isReusable: Bool).self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let limit = context.eventLoop.scheduleTask(in: HTTPConnection.answerLimit) {
            bound.value.fail("no answer for \(HTTPConnection.seconds(HTTPConnection.answerLimit)) s")
        }
        pending = Pending(promise: promise, limit: limit)
        isWritten = false
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        // A refusal may come, and the connection go, before the whole body was taken.
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenSuccess { bound.value.isWritten = true }
        return promise.futureResult
    }

    private func fail(_ what: String) {
        guard let pending else { return }
        self.pending = nil
        pending.limit.cancel()
        pending.promise.fail(Failure(what))
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        if !awaitsTLS { ready.succeed() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent { ready.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard pending != nil else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            // 100 Continue and its like precede the answer.
            guard head.status.code >= 200 else { return }
            pending?.isKeptAlive = head.isKeepAlive
            pending?.answer = Exchange.Answer(
                status: Int(head.status.code), headers: head.headers.map { .init($0.name, $0.value) }, body: [])
        case .body(let part): pending?.answer?.body += Array(part.readableBytesView)
        case .end:
            guard let done = pending, let answer = done.answer else { return }
            pending = nil
            done.limit.cancel()
            let isReusable = done.isKeptAlive && isWritten
            if !isReusable { context.close(promise: nil) }
            done.promise.succeed((answer, isReusable))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        ready.fail(Failure("the connection was closed during the greeting of TLS"))
        fail("the connection ended before the answer was complete\(seenSoFar)")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        ready.fail(error)
        // A broken pipe while the body is being written may still be followed by an answer.
        if error is IOError, pending != nil { return }
        fail(error is HTTPParserError ? "what came is no HTTP answer: \(error)" : "\(error)")
        context.close(promise: nil)
    }

    private var seenSoFar: String {
        guard let answer = pending?.answer else { return "" }
        return ", of which came: \(answer.status) and \(answer.body.count) bytes"
    }
}
