extension StepDeclaration {
    static let follows = [
        StepDeclaration("follow", area: "Follows", "Follows the partner.") { _ throws(StepFault) in .follow },
        StepDeclaration("unfollow", area: "Follows", "Ends following the partner.") { _ throws(StepFault) in .unfollow
        },
    ]
}
