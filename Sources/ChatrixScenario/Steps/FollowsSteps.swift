import ChatrixModel

extension StepDeclaration {
    static let follows = [
        StepDeclaration(
            "follow", area: "Follows", "Follows the partner.",
            CallDeclaration(.follow, .partner) { .follows(.follow($0.partnerID)) }),
        StepDeclaration(
            "unfollow", area: "Follows", "Ends following the partner.",
            CallDeclaration(.unfollow, .partner) { .follows(.unfollow($0.partnerID)) }),
    ]
}
