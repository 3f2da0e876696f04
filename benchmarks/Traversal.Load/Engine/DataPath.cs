namespace Traversal.Load.Engine;

/// <summary>How data is wrapped between client and server.</summary>
internal enum DataPath : byte
{
    /// <summary>ChannelData messages (RFC 8656 section 12).</summary>
    Channel,

    /// <summary>Send and Data indications (RFC 8656 section 11).</summary>
    Indication,
}
