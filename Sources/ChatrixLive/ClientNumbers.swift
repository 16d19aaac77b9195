/// Which device of which user a client is: `client = user * devices + device`.
struct ClientNumbers: Sendable {
    let userCount: Int
    let devices: Int

    var count: Int { userCount * devices }

    func split(_ client: Int) -> (user: Int, device: Int) {
        devices == 1 ? (client, 0) : (client / devices, client % devices)
    }
}
