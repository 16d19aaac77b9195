import ChatrixModel
import HTTPTypes

/// Reading of the storage requests: rules of form.
extension ReferenceAPI {
    static func storage(
        _ name: Endpoint.Name, _ parameter: Substring, _ query: QueryParameters, _ body: RequestBody
    ) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}

extension ReferenceAPI {
    static func storageResponse(_ reply: StorageReply, _ headers: HTTPFields) -> APIResponse {
        APIResponse(status: 404, headers: headers)
    }
}
