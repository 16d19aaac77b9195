import ChatrixModel

extension StepDeclaration {
    static let calls = [
        StepDeclaration(
            "createCall", area: "Calls", "Calls the partner.", keys: CallKeys.offer, bare: "type",
            CallDeclaration(.createCall, .partner, fills: [.call: "id"]) { .calls(.create(CallDraft($0))) }),
        StepDeclaration(
            "answerCall", area: "Calls", "Takes a call.", keys: CallKeys.answer, bare: "call",
            CallDeclaration(.answerCall, .partner) { context in
                context.id(0).map { .calls(.answer($0, answer: context.answer)) }
            }),
        StepDeclaration(
            "endCall", area: "Calls", "Ends a call.", keys: CallKeys.call, bare: "call",
            CallDeclaration(.endCall, .partner) { context in context.id(0).map { .calls(.end($0)) } }),
    ]
}

/// The keys of calls, over HTTP or WebSocket.
enum CallKeys {
    static let offer = [
        KeyDeclaration("type", .word(Call.Kind.allCases.map(\.rawValue)), "Kind; default audio."),
        KeyDeclaration(
            "sdp", .template(Limits.sdpScalarsMax), "Session description of the offer; default a short one."),
    ]

    static let answer =
        call + [
            KeyDeclaration(
                "sdp", .template(Limits.sdpScalarsMax), "Session description of the answer; default a short one.")
        ]

    static let call = [KeyDeclaration("call", or: .call, "ID of the call")]

    /// A session with one audio stream.
    fileprivate static let sdp = """
        v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n\
        c=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n
        """
}

extension CallContext {
    /// Of the key behind the call's ID.
    var answer: JSON { description("answer", text(1)) }

    fileprivate func description(_ type: String, _ sdp: String?) -> JSON {
        let sdp = sdp.flatMap { $0.isEmpty ? nil : $0 } ?? CallKeys.sdp
        return .object([.init("type", .string(type)), .init("sdp", .string(sdp))])
    }
}

extension CallDraft {
    /// The call whose type and session description are the first two keys.
    init(_ context: CallContext) {
        self.init(
            recipient: context.partnerID, kind: context.text(0).flatMap(Call.Kind.init(rawValue:)) ?? .audio,
            offer: context.description("offer", context.text(1)))
    }
}
