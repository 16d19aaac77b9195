import ChatrixModel

/// Reading of the media requests: rules of form.
extension ReferenceAPI {
    static func media(
        _ name: Endpoint.Name, _ parameter: Substring, _ query: QueryParameters, _ body: RequestBody
    ) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}
