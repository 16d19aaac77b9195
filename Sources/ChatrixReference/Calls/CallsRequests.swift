import ChatrixModel

/// Reading of the calls requests: rules of form.
extension ReferenceAPI {
    static func calls(
        _ name: Endpoint.Name, _ parameter: Substring, _ query: QueryParameters, _ body: RequestBody
    ) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}
