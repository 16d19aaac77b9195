import ChatrixModel

extension StepDeclaration {
    static let reports = [
        StepDeclaration(
            "report", area: "Reports", "Reports the partner.",
            keys: [
                KeyDeclaration("reason", .template(Limits.reportReasonScalarsMax), required: true, "Why."),
                KeyDeclaration("conversation", .flag, "Whether the conversation is named; default false."),
                KeyDeclaration(
                    "messages", .templates(count: Limits.reportedMessagesMax, 500),
                    "IDs of messages; those that are none are left out."),
            ], bare: "reason",
            CallDeclaration(.report, .partner) { context in
                guard let reason = context.text(0), reason.hasVisibleScalar else { return nil }
                return .reports(
                    .report(
                        ReportDraft(
                            reportedUser: context.partnerID, reason: reason,
                            conversation: context.flag(1) == true ? context.conversation : nil,
                            messages: context.texts(2).compactMap { MessageID($0) })))
            })
    ]
}
