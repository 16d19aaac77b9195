import ChatrixReference

extension Plan {
    /// The pairs of a scenario. Two users who have each other as partners are one pair.
    static func makePairs(_ scenario: Scenario) -> (pairs: [Pair], starts: [Int32], ofUsers: [Int32]) {
        let users = scenario.users
        var pairs: [Pair] = []
        var starts: [Int32] = [0]
        var ofUsers: [Int32] = []
        var numbers: [Pair: Int32] = [:]
        starts.reserveCapacity(users + 1)

        func add(_ user: Int, _ partner: Int) {
            let key = Pair(first: Int32(min(user, partner)), second: Int32(max(user, partner)))
            let number =
                numbers[key]
                ?? {
                    let number = Int32(pairs.count)
                    numbers[key] = number
                    pairs.append(Pair(first: Int32(user), second: Int32(partner)))
                    return number
                }()
            ofUsers.append(number)
        }

        for user in 0..<users {
            switch scenario.pairs {
            case .ring(let degree):
                for step in 1...degree { add(user, (user + step) % users) }
            case .random(let degree):
                for partner in randomPartners(of: user, degree: degree, scenario: scenario) { add(user, partner) }
            case .groups(let size):
                let first = user / size * size
                for partner in first..<min(first + size, users) where partner != user { add(user, partner) }
            case .star:
                if user == 0 { for partner in 1..<users { add(user, partner) } } else { add(user, 0) }
            }
            starts.append(Int32(ofUsers.count))
        }
        // The centre of a star would otherwise open every conversation, one after the other.
        if case .star = scenario.pairs { pairs = pairs.map { Pair(first: $0.second, second: $0.first) } }
        return (pairs, starts, ofUsers)
    }

    /// `degree` different users other than `user`, in the order in which they were drawn (Floyd's sampling).
    private static func randomPartners(of user: Int, degree: Int, scenario: Scenario) -> [Int] {
        var random = SplitMix64(seed: scenario.seed, stream: RandomStream.partners, index: UInt64(user))
        var chosen: Set<Int> = []
        var partners: [Int] = []
        let others = scenario.users - 1
        for last in (others - degree)..<others {
            let drawn = random.below(last + 1)
            let pick = chosen.contains(drawn) ? last : drawn
            chosen.insert(pick)
            partners.append(pick < user ? pick : pick + 1)
        }
        return partners
    }
}
