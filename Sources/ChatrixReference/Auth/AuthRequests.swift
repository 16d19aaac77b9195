import ChatrixModel

/// Reading of the authentication requests: rules of form (D-22, D-24…D-28).
extension ReferenceAPI {
    static func registration(_ body: RequestBody, deviceID: String?) throws(Refusal) -> Command {
        let deviceID = try optionalDeviceID(deviceID)
        return .auth(
            .register(
                Registration(
                    phone: try body.requiredText("phone", where: isPhone),
                    username: try body.requiredText("username", where: isUsername),
                    password: try body.requiredText("password") {
                        $0.isWithinScalars(Limits.passwordScalarsMax)
                            && $0.unicodeScalars.count >= Limits.passwordScalarsMin
                    },
                    fullName: try body.optionalText("full_name") { $0.isWithinScalars(Limits.fullNameScalarsMax) },
                    avatar: try body.file("avatar"), deviceID: deviceID)))
    }

    static func login(_ body: RequestBody, deviceID: String?) throws(Refusal) -> Command {
        let deviceID = try optionalDeviceID(deviceID)
        return .auth(
            .login(
                Credentials(
                    phoneOrUsername: try body.requiredText("phoneOrUsername") { !$0.isEmpty },
                    password: try body.requiredText("password") { !$0.isEmpty }, deviceID: deviceID)))
    }

    /// An empty header counts as absent; visible ASCII only (D-22).
    private static func optionalDeviceID(_ text: String?) throws(Refusal) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= Limits.deviceIDBytesMax, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Refusal.invalidField("x-device-id")
        }
        return text
    }

    /// `^\+[1-9][0-9]{6,14}$` (D-24).
    static func isPhone(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst()
        return text.utf8.first == UInt8(ascii: "+") && (7...15).contains(digits.count)
            && digits.first != UInt8(ascii: "0")
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// `^[A-Za-z0-9_.]{3,30}$` and not of the shape of an ID (D-25).
    private static func isUsername(_ text: String) -> Bool {
        (Limits.usernameScalarsMin...Limits.usernameScalarsMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            } && UserID(text) == nil
    }
}
