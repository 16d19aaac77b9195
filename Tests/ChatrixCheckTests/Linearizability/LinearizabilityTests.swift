import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

/// Histories by hand that the checker accepts, and histories that it rejects for one reason each.
@Suite struct LinearizabilityTests {
    // MARK: - Accepted

    @Test func concurrentSendsOfBothPartnersMayStandInEitherOrder() {
        for order in [[1, 2], [2, 1]] {
            var scene = Scene()
            scene.send(order[0], by: 0, 0...10, created: 4)
            scene.send(order[1], by: 1, 2...12, created: 5)
            scene.page(by: 0, 20...25, [.init(order[1]), .init(order[0])])
            #expect(scene.check().isLinearizable)
        }
    }

    @Test func creationTimesDecideTheOrderOfConcurrentSends() {
        var scene = Scene()
        scene.send(1, by: 0, 0...10, created: 4)
        scene.send(2, by: 1, 2...12, created: 5)
        scene.page(by: 0, 20...25, [.init(1), .init(2)])
        #expect(scene.illegal.first?.statement.contains("shows message \(Story.message(1)) before message") == true)
    }

    @Test func markingWhileSendingMayCountEitherWay() {
        for unread in [0, 1] {
            var scene = Scene()
            scene.send(1, by: 0, 0...10)
            scene.read(by: 1, 5...15)
            scene.list(by: 1, 20...22, [.init(1, unread == 0 ? .read : .delivered, unread: unread)])
            #expect(scene.check().isLinearizable, "unread \(unread)")
        }
    }

    @Test func markingThatWouldHaveChangedNothingAtFirstMayMarkWhatCameLater() {
        var scene = Scene()
        scene.read(by: 1, 0...40)
        scene.send(1, by: 0, 10...15)
        scene.page(by: 0, 20...30, [.init(1, .read)])
        #expect(scene.check().isLinearizable)
    }

    @Test func twoDevicesMayMarkAtOnce() {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        scene.page(by: 1, 10...20, [.init(1, .delivered)])
        scene.page(by: 1, 11...19, [.init(1, .read)])
        scene.list(by: 1, 12...18, [.init(1, .read)])
        #expect(scene.check().isLinearizable)
    }

    @Test func lostSendMayHaveTakenEffectAtAnyLaterTime() {
        for isShown in [true, false] {
            var scene = Scene()
            scene.send(1, by: 0, 0...5)
            scene.loseSend(2, by: 0, 10...20)
            scene.page(by: 1, 30...35, [.init(1, .delivered)])
            scene.page(by: 1, 40...45, isShown ? [.init(2, .delivered), .init(1, .read)] : [.init(1, .read)])
            scene.send(3, by: 1, 50...55)
            scene.page(by: 0, 60...65, isShown ? [.init(3), .init(2), .init(1)] : [.init(3), .init(1)])
            #expect(scene.check().isLinearizable, "shown \(isShown)")
        }
    }

    @Test func lostSendThatWasShownStays() {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        scene.loseSend(2, by: 0, 10...20)
        scene.page(by: 1, 30...35, [.init(2), .init(1)])
        scene.page(by: 1, 40...45, [.init(1)])
        #expect(scene.illegal.count == 1)
    }

    @Test func lostMarkingMayHaveTakenEffect() {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        scene.read(by: 1, 10...20, .lost(reason: "reset"))
        scene.list(by: 1, 30...31, [.init(1, .delivered, unread: 1)])
        scene.list(by: 1, 40...41, [.init(1, .read, unread: 0)])
        #expect(scene.check().isLinearizable)
    }

    @Test func sendWhileABlockIsOnItsWayMayBeAcceptedOrRefused() {
        for isAccepted in [true, false] {
            var scene = Scene()
            scene.operation(.http(.block), by: 1, 0...10)
            scene.send(1, by: 0, 5...8, isAccepted ? .accepted(status: 201) : .refused(status: 403))
            scene.send(2, by: 0, 20...25, .refused(status: 403))
            scene.operation(.http(.unblock), by: 1, 30...35)
            scene.send(3, by: 0, 40...45)
            #expect(scene.check().isLinearizable)
        }
    }

    @Test func socketAndHTTPShareTheConversation() {
        var scene = Scene()
        scene.send(1, by: 0, 0...10, created: 4, request: .socket(.message))
        scene.operation(.socket(.messageDelete), by: 0, 20...25) { $0.message = Story.message(1) }
        scene.page(by: 1, 22...28, [])
        #expect(scene.check().isLinearizable)
        scene.page(by: 1, 30...35, [.init(1)])
        #expect(scene.illegal.first?.statement.contains("which is not there") == true)
    }

    // MARK: - Rejected

    @Test func readThatMissesAnAcceptedMessageIsRejectedWithItsSend() throws {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        let lacking = scene.send(2, by: 1, 10...15)
        scene.send(3, by: 0, 20...25)
        scene.read(by: 1, 26...27)
        let page = scene.page(by: 0, 30...35, [.init(3), .init(1)])
        let illegal = try #require(scene.illegal.first)
        #expect(illegal.unplaced.id == page)
        #expect(illegal.window.map(\.id) == [lacking, page])
        #expect(illegal.prefixCount == 4)
        #expect(
            illegal.statement.hasSuffix(
                "fits no order of the operations: it lacks message \(Story.message(2)) of operation \(lacking)"))
    }

    @Test func pageThatLacksTheNewestMessageIsRejected() {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        let lacking = scene.send(2, by: 0, 10...15)
        let page = scene.page(by: 1, 20...25, [.init(1)])
        #expect(scene.illegal.first?.window.map(\.id) == [lacking, page])
    }

    @Test func unreadCountThatGoesBackIsRejected() throws {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        scene.send(2, by: 0, 10...15)
        scene.list(by: 1, 20...21, [.init(2, .delivered, unread: 2)])
        let list = scene.list(by: 1, 30...31, [.init(2, .delivered, unread: 1)])
        let illegal = try #require(scene.illegal.first)
        #expect(illegal.unplaced.id == list)
        #expect(illegal.statement.contains("it shows an unread count of 1, not 2"))
    }

    @Test func oppositeOrdersInTwoPagesAreRejected() throws {
        var scene = Scene()
        for (number, user) in [(1, 0), (2, 1)] {
            let send = scene.send(number, by: user, 0...10)
            scene.forgetTime(send)
        }
        let first = scene.page(by: 0, 20...25, [.init(2), .init(1)])
        let second = scene.page(by: 1, 30...35, [.init(1), .init(2)])
        let illegal = try #require(scene.illegal.first)
        #expect(illegal.window.map(\.id) == [first, second])
    }

    @Test func statusThatGoesBackIsRejected() throws {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        scene.read(by: 1, 10...15)
        scene.page(by: 0, 20...25, [.init(1, .read)])
        scene.page(by: 0, 30...35, [.init(1, .delivered)])
        let illegal = try #require(scene.illegal.first)
        #expect(illegal.statement.hasSuffix("as delivered, not read"))
    }

    @Test func statusNeedsAReaderBeforeIt() throws {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        scene.page(by: 0, 20...25, [.init(1, .read)])
        scene.read(by: 1, 30...35)
        #expect(scene.illegal.first?.statement.hasSuffix("as read, not sent") == true)
    }

    @Test func messageOfABlockedSenderIsRejectedWithTheBlock() throws {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        let block = scene.operation(.http(.block), by: 1, 10...15)
        scene.list(by: 0, 16...17, [.init(1)])
        let send = scene.send(2, by: 0, 20...25)
        let illegal = try #require(scene.illegal.first)
        #expect(illegal.window.map(\.id) == [block, send])
        #expect(illegal.statement.contains("although user 1 blocks the other"))
    }

    @Test func refusalWithoutABlockIsRejected() {
        var scene = Scene()
        scene.operation(.http(.block), by: 1, 0...5)
        scene.operation(.http(.unblock), by: 1, 10...15)
        scene.send(1, by: 0, 20...25, .refused(status: 403))
        #expect(scene.illegal.first?.statement.contains("although nobody blocks the other") == true)
    }

    @Test func duplicatedMessageInAPageIsRejected() {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        scene.send(2, by: 0, 10...15)
        scene.page(by: 1, 20...25, [.init(2), .init(2), .init(1)])
        #expect(scene.illegal.first?.statement.hasSuffix("it shows message \(Story.message(2)) twice") == true)
    }

    @Test func messageThatNobodySentIsRejected() {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        scene.page(by: 1, 20...25, [.init(1), .init(7)])
        #expect(scene.illegal.first?.statement.contains("\(Story.message(7)), which is not there") == true)
    }

    @Test func acceptedSendThatWasCreatedBeforeItsPredecessorIsRejected() {
        var scene = Scene()
        scene.send(1, by: 0, 0...5, created: 30)
        scene.send(2, by: 1, 10...15, created: 12)
        #expect(scene.illegal.first?.statement.contains("its created_at lies before that of message") == true)
    }

    @Test func secondConversationOfAPairIsRejected() {
        var scene = Scene()
        scene.operation(.http(.ensure), by: 0, 0...10) { $0.conversation = Story.conversation(0, 1) }
        scene.operation(.http(.ensure), by: 1, 5...12) { $0.conversation = Story.conversation(5, 6) }
        #expect(scene.illegal.first?.statement.contains("the two have conversation") == true)
    }

    @Test func followsKeepTheRulesOfBlocks() {
        var scene = Scene()
        scene.operation(.http(.follow), by: 0, 0...5)
        scene.operation(.http(.follow), by: 0, 10...15, .refused(status: 400))
        scene.operation(.http(.block), by: 1, 20...25)
        scene.operation(.http(.unfollow), by: 0, 30...35, .refused(status: 404))
        scene.operation(.http(.follow), by: 0, 40...45, .refused(status: 403))
        #expect(scene.check().isLinearizable)
        scene.operation(.http(.follow), by: 0, 50...55)
        #expect(scene.illegal.first?.statement.contains("demands a refusal with 403") == true)
    }

    // MARK: - Lists of conversations as a whole

    @Test func listOfTwoMomentsIsRejected() throws {
        // While the list is on its way, 1 sends and, after that is answered, 2 sends: the second alone cannot be seen.
        var scene = Scene()
        scene.send(1, by: 1, to: 0, 0...5)
        scene.send(2, by: 2, to: 0, 6...8)
        let first = scene.send(3, by: 1, to: 0, 12...15)
        let second = scene.send(4, by: 2, to: 0, 16...20)
        let list = scene.list(
            by: 0, 10...30, [.init(4, unread: 2, partner: 2), .init(1, unread: 1, partner: 1)])
        let result = scene.check()
        #expect(result.partitions.map(\.verdict.isIllegal) == [false, false, true, false, false])
        let illegal = try #require(result.illegal.first)
        #expect(illegal.window.map(\.id).contains(list))
        #expect(Set(illegal.window.map(\.id)).isSubset(of: [first, second, list]))
    }

    @Test func listInTheWrongOrderIsRejected() {
        var scene = Scene()
        scene.send(1, by: 1, to: 0, 0...5)
        scene.send(2, by: 2, to: 0, 6...8)
        scene.list(by: 0, 10...12, [.init(1, unread: 1, partner: 1), .init(2, unread: 1, partner: 2)])
        #expect(scene.illegal.first?.statement.contains("behind one that was updated earlier") == true)
    }

    @Test func listThatLacksAConversationIsRejected() {
        var scene = Scene()
        scene.send(1, by: 1, to: 0, 0...5)
        scene.send(2, by: 2, to: 0, 6...8)
        scene.list(by: 0, 10...12, [.init(1, unread: 1, partner: 1)])
        #expect(scene.illegal.first?.statement.contains("which belongs before those that it shows") == true)
    }

    // MARK: - Finding

    @Test func findingShowsTheWindow() throws {
        var scene = Scene()
        scene.send(1, by: 0, 0...5)
        scene.page(by: 1, 20...25, [])
        let finding = LinearizabilityFinding(scene.check())
        guard case .invalid(let violations) = finding.verdict else {
            Issue.record("\(finding.verdict)")
            return
        }
        #expect(finding.violationCount == 1)
        #expect(violations.first?.window.map(\.at) == [0, 20_000_000])
        #expect(finding.operationCount == 2)
    }
}

extension Scene {
    /// As if the answer had not told `created_at`.
    mutating func forgetTime(_ id: Int) { change(id) { $0.createdAt = nil } }
}

extension Linearizability.Verdict {
    var isIllegal: Bool { if case .illegal = self { true } else { false } }
}
