import ChatrixModel

/// Reading of the admin requests: rules of form.
extension ReferenceAPI {
    static func admin(
        _ name: Endpoint.Name, _ parameter: Substring, _ query: QueryParameters, _ body: RequestBody
    ) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}
