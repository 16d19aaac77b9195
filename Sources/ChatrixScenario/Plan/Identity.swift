/// How a virtual user is registered, derived from the scenario's seed and the user's number alone: nobody stores it.
///
/// Names fulfil D-24, D-25 and D-26. Two users of one seed never share a name or a phone number; users of seeds that
/// differ in their last five digits do not either, so runs with other seeds can share a deployment.
package struct Identity: Sendable, Hashable {
    package let username: String
    /// A plus sign and 13 digits.
    package let phone: String
    package let password: String
    /// Value of `x-device-id` of his first device.
    package let deviceID: String

    package init(seed: UInt64, number: Int) {
        username = Identity.username(seed: seed, number: number)
        let seedDigits = String(seed % 100_000 + 100_000).dropFirst()
        let userDigits = String(number + 10_000_000).dropFirst()
        phone = "+1\(seedDigits)\(userDigits)"
        password = "secret-\(username)"
        deviceID = "device-\(username)"
    }

    /// The username alone.
    static func username(seed: UInt64, number: Int) -> String {
        seed < 10_000_000_000
            ? "v\(seed)x\(number)" : "w\(String(seed, radix: 36))x\(String(number, radix: 36))"
    }

    /// Value of `x-device-id` of one of the user's devices, numbered from 0.
    package func deviceID(of device: Int) -> String { device == 0 ? deviceID : "\(deviceID)-\(device)" }

    /// A name and a phone number for an account beside the user's own, another one for each number. No user of any seed
    /// has them; a later run of the same seed makes them again.
    package func spare(_ number: Int) -> (username: String, phone: String) {
        let digits = String(number % 1_000_000 + 1_000_000).dropFirst()
        return ("\(username).\(String(number, radix: 36))", "+2\(phone.suffix(8))\(digits)")
    }
}
