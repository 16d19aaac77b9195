import ChatrixModel

extension StepDeclaration {
    static let admin = [
        StepDeclaration(
            "inspectConversations", area: "Admin", "Looks for damaged conversations.",
            CallDeclaration(.inspectConversations) { _ in .admin(.inspect) }),
        StepDeclaration(
            "cleanupConversations", area: "Admin", "Mends damaged conversations, or removes them.",
            CallDeclaration(.cleanupConversations) { _ in .admin(.cleanup) }),
        StepDeclaration(
            "deleteConversation", area: "Admin",
            "Removes the conversation with its messages; ensure opens another one.",
            CallDeclaration(.deleteConversation, .conversation) { $0.conversation.map { .admin(.delete($0)) } }),
    ]
}
