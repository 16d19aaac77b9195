extension StepDeclaration {
    static let auth = [
        StepDeclaration("login", area: "Auth", "Logs in again on the same device; the new token is used from then on.")
        {
            _ throws(StepFault) in .login
        }
    ]
}
