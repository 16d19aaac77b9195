import ChatrixModel

/// Reading of the contacts requests: rules of form.
extension ReferenceAPI {
    static func contacts(
        _ name: Endpoint.Name, _ parameter: Substring, _ query: QueryParameters, _ body: RequestBody
    ) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}
