import ChatrixReference
import Testing

@testable import ChatrixScenario

struct TimerQueueTests {
    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7, 21, 22, 500])
    func comesOutByTimeAndThenByOrderOfAdding(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        var queue = TimerQueue<Int>()
        var model: [(time: Int64, payload: Int)] = []
        var number = 0
        func check(_ popped: TimerQueue<Int>.Entry?, until limit: Int64) {
            let expected = model.min { ($0.time, $0.payload) < ($1.time, $1.payload) }
            guard let expected, expected.time <= limit else { return #expect(popped?.payload == nil) }
            #expect(popped?.time == expected.time)
            #expect(popped?.payload == expected.payload)
            model.removeAll { $0.payload == expected.payload }
        }
        for _ in 0..<count {
            let time = Int64(random.below(20))
            queue.add(number, at: time)
            model.append((time, number))
            number += 1
            if random.below(3) == 0 { check(queue.popFirst(until: 10), until: 10) }
        }
        while !model.isEmpty { check(queue.popFirst(until: .max), until: .max) }
        #expect(queue.isEmpty)
        #expect(queue.popFirst(until: .max) == nil)
    }
}
