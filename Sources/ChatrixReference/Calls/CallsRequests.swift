import ChatrixModel

/// Reading of the call requests: rules of form (D-83).
extension ReferenceAPI {
    static func callCreation(_ body: RequestBody) throws(Refusal) -> Command {
        let recipient: UserID = try body.requiredID("recipient_id")
        guard let kind = ChatrixModel.Call.Kind(rawValue: try body.requiredText("type")) else { throw Refusal.invalidField("type") }
        let offer = try sessionDescription("offer", body.value("offer"))
        return .calls(.create(CallDraft(recipient: recipient, kind: kind, offer: offer)))
    }

    static func callAnswer(_ parameter: Substring, _ body: RequestBody) throws(Refusal) -> Command {
        let answer = try sessionDescription("answer", body.value("answer"))
        return .calls(.answer(try pathID(parameter, orElse: .callNotFound), answer: answer))
    }

    /// An object whose `type` is its own name and whose `sdp` is a text with content; the SDP is not parsed.
    static func sessionDescription(_ name: String, _ value: JSON?) throws(Refusal) -> JSON {
        guard let value, value["type"]?.string == name, let sdp = value["sdp"]?.string, !sdp.isEmpty,
            sdp.isWithinScalars(Limits.sdpScalarsMax)
        else { throw Refusal.invalidField(name) }
        return value
    }
}
