import Yams

/// The key `network`: what a run in virtual time meets. Runs in real time have a network of their own.
extension FileReader {
    private static let longest = Quantity.longestNanoseconds
    private static let share = KeyDeclaration.Value.number(0...1)
    static let networkKeys = [
        KeyDeclaration("request", .distribution, "From client to API; default 150us..350us."),
        KeyDeclaration("answer", .distribution, "From API to client; default 150us..350us."),
        KeyDeclaration("event", .distribution, "From backend to subscriber; default 300us..900us."),
        KeyDeclaration("session", .distribution, "Until an event session is up; default 1ms..3ms."),
        KeyDeclaration(
            "loss", .nested("a mapping with packets, requests, answers", .loss), "Shares that are lost; default 0."),
        KeyDeclaration(
            "order", .word(NetworkModel.Order.allCases.map(\.rawValue)),
            "Which events of a subscriber keep their order: all of the session (default) or those of each topic."),
        KeyDeclaration(
            "sessions", .word(NetworkModel.Sessions.allCases.map(\.rawValue)),
            "clean (default): what comes while the client is away is gone; kept: it is sent when he is back."),
        KeyDeclaration(
            "detection", .duration(1...longest),
            "How long a cut connection looks alive; default 4s. A shorter cut makes late, a longer one breaks."),
        KeyDeclaration(
            "disconnects", .duration(1...longest), "Mean time until an event session breaks; default never."),
        KeyDeclaration(
            "partitions", .nested("a list of partitions", .partitions), "Times in which a part cannot be reached."),
        KeyDeclaration("slow", .nested("a mapping with share, rate, queue", .slow), "Clients that take events slowly."),
    ]

    static let networkLossKeys = [
        KeyDeclaration("packets", share, "Packets that TCP has to send again, which makes late; default 0."),
        KeyDeclaration("requests", share, "Requests that never reach the API; default 0."),
        KeyDeclaration("answers", share, "Answers that never reach the client; default 0."),
    ]

    static let networkPartitionKeys = [
        KeyDeclaration(
            "of", .word(NetworkModel.Partition.Part.allCases.map(\.rawValue)), required: true,
            "What cannot be reached: a share of the users, the broker, or the API."),
        KeyDeclaration("share", share, "Share of the users; default 1; only with users."),
        KeyDeclaration("at", .duration(0...longest), required: true, "When, after the beginning of the load."),
        KeyDeclaration("for", .duration(1...longest), required: true, "How long."),
    ]

    static let networkSlowKeys = [
        KeyDeclaration("share", share, required: true, "Share of the clients."),
        KeyDeclaration("rate", .rate, required: true, "Events that such a client takes."),
        KeyDeclaration(
            "queue", .whole(1...1_000_000),
            "Events that may wait before the broker drops further ones; default any number."),
    ]

    /// The network of a document; `nil` after a report.
    mutating func network(_ node: Node) -> NetworkModel.Configuration? {
        let problemCount = problems.count
        guard let values = declared(node, of: "'network'", keys: FileReader.networkKeys) else { return nil }
        var network = NetworkModel.Configuration()
        for (name, lane) in [
            ("request", \NetworkModel.Configuration.request), ("answer", \.answer), ("event", \.event),
            ("session", \.session),
        ] {
            if let delay = values.distribution(name) { network[keyPath: lane] = delay }
        }
        if let node = values.nodes["loss"],
            let shares = declared(node, of: "'loss'", keys: FileReader.networkLossKeys)
        {
            network.loss.packets = shares.number("packets") ?? 0
            network.loss.requests = shares.number("requests") ?? 0
            network.loss.answers = shares.number("answers") ?? 0
        }
        network.order = values.text("order").flatMap(NetworkModel.Order.init(rawValue:)) ?? .session
        network.sessions = values.text("sessions").flatMap(NetworkModel.Sessions.init(rawValue:)) ?? .clean
        network.detection = values.duration("detection") ?? network.detection
        network.disconnects = values.duration("disconnects")
        if let node = values.nodes["partitions"] { network.partitions = partitions(node) }
        if let node = values.nodes["slow"] { network.slow = slowClients(node) }
        return problems.count == problemCount ? network : nil
    }

    private mutating func partitions(_ node: Node) -> [NetworkModel.Partition] {
        (list(node, of: "'partitions'") ?? []).compactMap { element in
            guard let values = declared(element, of: "a partition", keys: FileReader.networkPartitionKeys),
                let part = values.text("of").flatMap(NetworkModel.Partition.Part.init(rawValue:)),
                let at = values.duration("at"), let duration = values.duration("for")
            else { return nil }
            if part != .users, let node = values.nodes["share"] {
                report(node, "'share' has a meaning for users only, not for \(part.rawValue)")
            }
            return NetworkModel.Partition(part, share: values.number("share") ?? 1, at: at, for: duration)
        }
    }

    private mutating func slowClients(_ node: Node) -> NetworkModel.Slow? {
        guard let values = declared(node, of: "'slow'", keys: FileReader.networkSlowKeys),
            let share = values.number("share"), let rates = values.rates("rate"), let rate = rates.first
        else { return nil }
        if rates.count > 1, let node = values.nodes["rate"] {
            report(node, "'rate' must stay the same here, such as 20/s")
        }
        return NetworkModel.Slow(share: share, rate: rate, queue: values.whole("queue"))
    }
}
