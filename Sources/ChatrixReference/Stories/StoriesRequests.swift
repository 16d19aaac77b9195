import ChatrixModel

/// Reading of the stories requests: rules of form.
extension ReferenceAPI {
    static func stories(
        _ name: Endpoint.Name, _ parameter: Substring, _ query: QueryParameters, _ body: RequestBody
    ) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}
