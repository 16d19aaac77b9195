import ChatrixModel

/// Reading of the notifications requests: rules of form.
extension ReferenceAPI {
    static func notifications(
        _ name: Endpoint.Name, _ parameter: Substring, _ query: QueryParameters, _ body: RequestBody
    ) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}
