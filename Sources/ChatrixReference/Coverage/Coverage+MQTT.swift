extension CoverageTable {
    static let mqtt = #"""
        MQTT-MESSAGE-01 | publication newMessage
        MQTT-MESSAGE-02 | publication newMessage
        MQTT-MESSAGE-03 | publication newMessage
        MQTT-MESSAGE-04 | publication newMessage
        MQTT-MESSAGE-05 | publication newMessage not:attachments
        MQTT-MESSAGE-06 | publication newMessage
        MQTT-MESSAGE-07 | publication newMessage
        MQTT-MESSAGE-08 | publication newMessage attachments
        MQTT-RECEIPT-01 | publication receipt
        MQTT-RECEIPT-02 | publication receipt
        MQTT-RECEIPT-03 | publication receipt
        MQTT-RECEIPT-04 | publication receipt
        MQTT-RECEIPT-05 | publication receipt
        MQTT-STATUS-01 | publication readerStatus
        MQTT-STATUS-02 | publication readerStatus
        MQTT-STATUS-03 | publication readerStatus
        MQTT-STATUS-04 | publication readerStatus
        MQTT-STATUS-05 | publication readerStatus
        MQTT-CONVERSATION-01 | publication conversationUpdate
        MQTT-CONVERSATION-02 | publication conversationUpdate
        MQTT-CONVERSATION-03 | publication conversationUpdate
        MQTT-CONVERSATION-04 | publication readUpdate
        MQTT-CONVERSATION-05 | publication readUpdate
        MQTT-CONVERSATION-06 | publication readUpdate
        MQTT-CONVERSATION-07 | publication readUpdate
        MQTT-CONVERSATION-08 | publication conversationUpdate
        MQTT-CONVERSATION-09 | publication conversationUpdate previewCut | publication conversationUpdate previewIsType
        MQTT-CONFIG-01 | publication
        MQTT-CONFIG-02 | publication
        MQTT-CONFIG-03 | broker connectionRestored
        MQTT-CONFIG-04 | broker connectionRetried
        MQTT-CONFIG-05 | broker publicationsWaited
        MQTT-CONFIG-06 | publication receipt
        MQTT-CONFIG-07 | publication receipt
        MQTT-CONFIG-08 | publication
        MQTT-CONFIG-09 | broker publicationRepeated
        """#
}
