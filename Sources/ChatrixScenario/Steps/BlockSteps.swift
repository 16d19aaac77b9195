import ChatrixModel

extension StepDeclaration {
    static let block = [
        StepDeclaration(
            "block", area: "Block", "Blocks the partner.",
            CallDeclaration(.block, .partner) { .block(.block($0.partnerID)) }),
        StepDeclaration(
            "unblock", area: "Block", "Ends blocking the partner.",
            CallDeclaration(.unblock, .partner) { .block(.unblock($0.partnerID)) }),
    ]
}
