import ChatrixModel
import HTTPTypes

/// WS: the life of WebSocket connections from opening to closing (D-89). What they are sent waits in order for
/// `takeSocketOutput()`.
extension ReferenceAPI {
    static let socketPath = "/ws"

    /// Answers a GET request with the headers of a WebSocket handshake.
    ///
    /// At `/ws` it counts by address like a request of the class other (D-86), and is accepted whatever its token is: a
    /// connection without a good one is closed at once with 4401 (WS-01, WS-02). Elsewhere it is an ordinary request.
    package mutating func openSocket(_ request: APIRequest, at time: Timestamp) -> SocketOpening {
        let call = Call(request)
        guard call.path == ReferenceAPI.socketPath, request.method == .get else {
            return .refused(respond(to: request, at: time))
        }
        var headers = HTTPFields()
        if let refusal = admit(call, by: .address(request.peerAddress), &headers, at: time) {
            if refusal == .rateLimited { coverSocket(.limited) }
            let response = errorResponse(refusal, to: call, headers, at: time)
            note(request, response.status, at: time)
            return .refused(response)
        }
        note(request, 101, at: time)
        let id = sockets.makeID()
        if let user = socketUser(call.query, at: time) {
            coverSocket(.opened)
            if sockets.open(id, of: user) { announce(user, lastSeen: nil) }
        } else {
            coverSocket(.rejected)
            sockets.append(.close(id, .unauthorized))
        }
        return .accepted(id, headers: headers)
    }

    /// The user of the access token in the query; `nil` where it is missing, repeated or no good.
    private mutating func socketUser(_ query: Substring, at time: Timestamp) -> UserID? {
        do throws(Refusal) {
            return try QueryParameters(query, names: ["token"]).text("token")
                .flatMap { goodUser(ofToken: $0, now: backend.now(time)) }
        } catch {
            return nil
        }
    }

    /// Handles one whole message; of a connection that is closed already it is dropped.
    package mutating func receive(_ input: SocketInput, on id: SocketID, at time: Timestamp) {
        guard sockets[id] != nil else { return }
        switch input {
        case .binary:
            coverSocket(.binary)
            end(id, .unsupportedData, at: time)
        case .text(let text) where text.count > Limits.socketMessageBytesMax:
            coverSocket(.oversized)
            end(id, .messageTooBig, at: time)
        case .text(let text):
            // A text that is JSON is UTF-8, so most need no look of their own.
            if let frame = try? JSON.parse(text) {
                handle(frame, on: id, at: time)
            } else if String(validating: text, as: UTF8.self) == nil {
                end(id, .invalidText, at: time)
            } else {
                send(SocketFrame.error(.malformedBody, of: nil), SocketEvent.errorName, to: id)
                coverFrame(nil, .malformedBody)
            }
        }
    }

    /// A connection is gone, or is ended by its carrier. Further calls for it do nothing.
    package mutating func socketClosed(_ id: SocketID, at time: Timestamp) {
        guard let (user, wasLast) = sockets.remove(id) else { return }
        // D-61: closing is activity.
        backend.touch(user, at: time)
        if wasLast { announce(user, lastSeen: backend.now(time)) }
    }

    private mutating func end(_ id: SocketID, _ code: SocketCloseCode, at time: Timestamp) {
        sockets.append(.close(id, code))
        socketClosed(id, at: time)
    }

    /// Removes and returns what connections have to be sent, in order.
    package mutating func takeSocketOutput() -> [SocketOutput] { sockets.takeOutput() }

    /// Everyone who chats with the user hears of a coming or, with a time, of a going (D-94).
    private mutating func announce(_ user: UserID, lastSeen: Timestamp?) {
        var frame: [UInt8]?
        for other in backend.presenceAudience(of: user) {
            for id in sockets.subscribers(of: other, to: .presence) {
                let bytes = frame ?? SocketFrame.presence(user, lastSeen: lastSeen)
                frame = bytes
                send(bytes, SocketEvent.presence.rawValue, to: id)
            }
        }
    }

    /// Queues a text frame and shows it in the outbox.
    mutating func send(_ frame: [UInt8], _ event: String, to id: SocketID) {
        sockets.append(.frame(id, frame))
        if configuration.isObserved { outbox.append(.webSocket(event: event, frame: frame)) }
    }
}
