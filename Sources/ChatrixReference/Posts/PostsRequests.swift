import ChatrixModel

/// Reading of the posts requests: rules of form.
extension ReferenceAPI {
    static func posts(
        _ name: Endpoint.Name, _ parameter: Substring, _ query: QueryParameters, _ body: RequestBody
    ) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}
