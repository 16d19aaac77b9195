/// Scenario files to begin with, one for each kind of use.
package enum StarterScenario: String, Sendable, CaseIterable {
    case chat, calls, uploads, presence, feed

    package var summary: String {
        switch self {
        case .chat: "messages and their receipts"
        case .calls: "calls over HTTP and WebSocket"
        case .uploads: "posts, stories and stored files"
        case .presence: "apps that go and come back, and polling"
        case .feed: "data from a table, roles, branches"
        }
    }

    /// The text of the file, ending in a line break. `name` becomes the scenario's name.
    package func text(name: String) -> String {
        """
        # yaml-language-server: $schema=scenario.schema.json
        # (chatrix-sim schema > scenario.schema.json gives editors the keys, with their meaning)
        #
        #   chatrix-sim validate FILE     what is wrong with it, or what it would do
        #   chatrix-sim simulate FILE     in virtual time, in a moment
        #   chatrix-sim run FILE          for real, against a reference server of its own or --http URL --mqtt URL
        #
        # Every key is explained in docs/scenarios.md.
        name: '\(name.replacing("'", with: "''").prefix(90))'
        description: \(summary)

        # Names, partners, choices and think times come from the seed: the same seed repeats the run.
        seed: 1

        """ + body
            + """

            # At the end: how long to wait for events that are still on their way.
            settle: 5s

            """
    }

    private var body: String {
        switch self {
        case .chat: StarterScenario.chatBody
        case .calls: StarterScenario.callsBody
        case .uploads: StarterScenario.uploadsBody
        case .presence: StarterScenario.presenceBody
        case .feed: StarterScenario.feedBody
        }
    }

    /// What every run should keep.
    private static let guarantees = """
        # What has to hold. A threshold that is crossed makes the exit code 99.
        thresholds:
          - delivery.lost == 0
          - delivery.duplicated == 0
          - order.violations == 0
          - private.violations == 0
          - http.failed == 0
          - http.p95 < 1s

        """

    private static let chatBody = """
        # The population: all register, connect and open their conversations before the load begins. Another number comes
        # from the command line: -e USERS=500
        users: ${USERS:-100}

        # Each user writes to the next two users of a ring.
        pairs: {kind: ring, degree: 2}

        # Open model: so many flows begin per second, however fast the server is.
        load:
          - {name: warm, rate: 5/s -> 20/s, for: 5s, warm-up: true}
          - {name: steady, rate: 20/s, for: 20s}

        # What a user does, with one of his partners. Flows are chosen by weight.
        flows:
          - name: chat
            weight: 4
            steps:
              - send: "hello {{peer}}, this is number {{n}}"
              - await: {event: message, at: peer, within: 5s}
              - think: 100ms..500ms
              - peer:
                  - read
                  - send: "answer {{n}}"
              - await: {event: message, within: 5s}
              - view

          - name: look
            steps:
              - conversations: {limit: 20}
              - messages: {limit: 20}


        """ + guarantees

    private static let callsBody = """
        users: ${USERS:-40}
        pairs: {kind: random, degree: 3}

        # Users listen on both ways. Calls ring over WebSocket.
        channels: [mqtt, websocket]

        load:
          - {name: steady, rate: 4/s, for: 20s}

        flows:
          # createCall fills {{call}}, which the other steps of calls take where they name none.
          - name: call
            weight: 3
            steps:
              - createCall: video
              - await: {event: call, at: peer, within: 5s}
              - peer: answerCall
              - await: {event: call-accept, within: 5s}
              - think: {exponential: {mean: 2s}}
              - endCall

          - name: missed
            steps:
              - socket.call: {type: audio}
              - await: {event: call, at: peer, within: 5s}
              - think: 1s
              - peer: socket.call_reject
              - await: {event: call-reject, within: 5s}


        """ + guarantees

    private static let uploadsBody = """
        users: ${USERS:-40}

        load:
          - {name: steady, rate: 5/s, for: 20s}

        flows:
          # Files are made of type and size; nothing has to lie beside the scenario.
          - name: post
            weight: 2
            steps:
              - createPost:
                  media:
                    - {type: image/jpeg, size: 80kB}
                    - {type: video/mp4, size: 300kB}
                  caption: "picture {{n}} of {{user}}"
              - post
              - peer: {feed: {limit: 10}}

          - name: story
            steps:
              - createStory: {media: {type: image/png, size: 50kB}, caption: "today", mentions: [peer], hours: 12}
              - peer: storyFeed

          - name: file
            steps:
              - uploadFile: {file: {type: application/pdf, size: 100kB}}
              - preview
              - uploadMedia: image/webp


        """ + guarantees

    private static let presenceBody = """
        users: ${USERS:-60}
        pairs: {kind: groups, size: 3}

        # Closed model: so many users go through flows, one after the other, whatever the rate turns out to be.
        load:
          - {name: rise, users: 5 -> 40, for: 10s}
          - {name: steady, users: 40, for: 20s}

        flows:
          # What the API document recommends: an open conversation is polled every 3 to 5 seconds.
          - name: reading
            weight: 3
            steps:
              - peer: {send: "are you there? {{n}}"}
              - repeat: {for: 12s, every: 3s..5s, steps: [view]}

          # The app goes into the background and comes back.
          - name: away
            steps:
              - background: {for: 2s..5s}
              - conversations
              - messages

          # A network that breaks; the session comes back by itself where it is opened again.
          - name: tunnel
            steps:
              - disconnect: [mqtt]
              - think: 1s
              - connect: [mqtt]
              - me


        # Whoever is away misses events, and the guarantees know that.
        """ + guarantees

    private static let feedBody = """
        users: ${USERS:-50}

        # One author whom everyone talks to, and his readers.
        roles:
          - {name: author, users: 1}
          - {name: reader}
        pairs: {kind: star}

        # Rows for templates; a CSV file with a header row does the same: {name: topics, file: topics.csv}
        data:
          - name: topics
            order: random
            rows:
              - {title: weather, mood: fine}
              - {title: trains, mood: late}

        load:
          - {name: evening, rate: 2/s -> 10/s -> 2/s, spacing: poisson, for: 30s}

        flows:
          - name: write
            roles: author
            steps:
              - createPost: "{{topics.title}}: {{topics.mood}}"
              - notifications

          - name: follow
            roles: reader
            weight: 4
            steps:
              - follow
              - feed: {limit: 5, save: {first: "posts[0].id"}}
              - if: "{{first}} != ''"
                then:
                  - post: "{{first}}"
                else:
                  - profile
              - choose:
                  - weight: 3
                    steps:
                      - send: "about {{topics.title}}"
                  - steps:
                      - contacts
              - unfollow


        """ + guarantees
}
