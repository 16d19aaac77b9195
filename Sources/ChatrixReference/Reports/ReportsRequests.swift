import ChatrixModel

/// Reading of the reports requests: rules of form.
extension ReferenceAPI {
    static func reports(
        _ name: Endpoint.Name, _ parameter: Substring, _ query: QueryParameters, _ body: RequestBody
    ) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}
