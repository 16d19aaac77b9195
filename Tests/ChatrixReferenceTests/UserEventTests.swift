import ChatrixModel
import Testing

@testable import ChatrixReference

/// What WebSocket connections and webhooks are told of users (D-95, D-97).
@Suite struct UserEventTests {
    private static let time = Timestamp(milliseconds: 1_681_128_000_000)
    private static let gif = UploadedFile(name: "me.gif", content: (Array("GIF89a".utf8) + [3, 0, 2, 0])[...])
    private var backend = ReferenceBackend()

    private mutating func register(avatar: UploadedFile? = nil) -> Outcome {
        backend.apply(
            .auth(
                .register(
                    Registration(
                        phone: "+491700000001", username: "anna", password: "secret1", fullName: "Anna", avatar: avatar)
                )),
            by: nil, at: Self.time)
    }

    private mutating func update(_ update: ProfileUpdate) -> Outcome {
        backend.apply(.users(.update(update)), by: UserID(prefix: 1, number: 1), at: Self.time)
    }

    @Test mutating func registrationIsToldWithTheUserOfTheAnswer() throws {
        let outcome = register(avatar: Self.gif)
        guard case .auth(.registered(let grant)) = outcome.reply,
            case .userRegistered(let account)? = outcome.domainEvents.first?.kind
        else {
            Issue.record("unexpected outcome \(outcome)")
            return
        }
        #expect(account == grant.account)
        #expect(account.avatarURL?.hasSuffix("/avatars/000000000001000000000001/1681128000001-me.gif") == true)
        #expect(outcome.domainEvents.count == 1)
        #expect(outcome.domainEvents.first?.at == Self.time)
        #expect(register().domainEvents.isEmpty)
    }

    @Test(arguments: [
        ProfileUpdate(fullName: "Jane"), ProfileUpdate(bio: ""), ProfileUpdate(avatar: gif),
    ]) mutating func anUpdateIsToldWithTheBodyOfTheAnswer(change: ProfileUpdate) {
        _ = register()
        let outcome = update(change)
        guard case .users(.updated(let profile)) = outcome.reply,
            case .userUpdated(let told)? = outcome.domainEvents.first?.kind
        else {
            Issue.record("unexpected outcome \(outcome)")
            return
        }
        #expect(told == profile)
        #expect(outcome.domainEvents.count == 1)
        #expect(outcome.domainEvents.first?.at == backend.now(Timestamp(milliseconds: 0)))
    }

    @Test mutating func nothingIsToldOfAnUpdateWithoutFieldsOrARefusedOne() {
        _ = register()
        let digest = backend.digest
        #expect(update(ProfileUpdate()).domainEvents.isEmpty)
        let words = UploadedFile(name: "me.gif", content: Array("words".utf8)[...])
        #expect(update(ProfileUpdate(bio: "hi", avatar: words)).domainEvents.isEmpty)
        #expect(backend.digest == digest)
    }

    @Test mutating func controlCommandsAreToldToo() throws {
        _ = register()
        let digest = backend.digest
        #expect(
            backend.updateUser(0, isPrivate: nil, website: nil, isVerified: nil, at: Self.time).domainEvents.isEmpty)
        #expect(backend.digest == digest)
        let updated = backend.updateUser(0, isPrivate: nil, website: nil, isVerified: true, at: Self.time)
        guard case .userUpdated(let profile)? = updated.domainEvents.first?.kind else {
            Issue.record("unexpected outcome \(updated)")
            return
        }
        #expect(profile.username == "anna")
        #expect(backend.users[0].isVerified)
        let deleted = backend.deleteUser(0, at: Self.time)
        guard case .userDeleted(let id, "anna")? = deleted.domainEvents.first?.kind else {
            Issue.record("unexpected outcome \(deleted)")
            return
        }
        #expect(id == profile.id)
    }
}
