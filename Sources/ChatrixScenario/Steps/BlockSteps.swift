extension StepDeclaration {
    static let block = [
        StepDeclaration("block", area: "Block", "Blocks the partner.") { _ throws(StepFault) in .block },
        StepDeclaration("unblock", area: "Block", "Ends blocking the partner.") { _ throws(StepFault) in .unblock },
    ]
}
