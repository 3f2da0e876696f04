using Traversal.Peer.Buffers;

namespace Traversal.Peer.Reliable;

/// <summary>The bounds of a path, and its times.</summary>
internal static class ReliableLimits
{
    /// <summary>The length of a packet that every path bears (RFC 8899 section 5.1.2 and RFC 9000 section 14).</summary>
    public const int BaseLength = 1200;

    /// <summary>The longest packet that is ever tried.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Conversations at one time that the other side may have opened.</summary>
    public const int MaxConversations = 128;

    /// <summary>How many bytes of a conversation the other side may send before they are read.</summary>
    public const int ReceiveWindow = 8 * 1024 * 1024;

    /// <summary>How many blocks of bytes that were not yet read all conversations hold together, which is 32 MB; each takes what is to be read next all the same.</summary>
    public const int MaxUnreadBlocks = 32 * 1024 * 1024 / BlockBuffer.BlockLength;

    /// <summary>How many bytes of a conversation are kept until the other side has them.</summary>
    public const int SendBuffer = 8 * 1024 * 1024;

    /// <summary>Ranges of bytes that have come with gaps between them; what would make one more is not taken.</summary>
    public const int MaxReceivedRanges = 1024;

    /// <summary>Ranges of packets that an acknowledgement names; older ones are forgotten.</summary>
    public const int MaxAcknowledgedRanges = 32;

    /// <summary>How many packets that want it may come before they are acknowledged.</summary>
    public const int PacketsPerAcknowledgement = 2;

    /// <summary>The most packets that go out without waiting for their time.</summary>
    public const int PacingBurst = 10;

    /// <summary>How many packets later than a packet may have come before that one is lost (RFC 9002 section 6.1.1).</summary>
    public const int ReorderedPackets = 3;

    /// <summary>How many probes of a length are lost before it is given up.</summary>
    public const int ProbesPerLength = 3;

    /// <summary>How long an acknowledgement is held back.</summary>
    public static readonly TimeSpan AcknowledgementDelay = TimeSpan.FromMilliseconds(5);

    /// <summary>The longest time between two attempts on a path that is silent.</summary>
    public static readonly TimeSpan MaxProbeInterval = TimeSpan.FromSeconds(2);

    /// <summary>What may be sent early so that a timer need not be exact.</summary>
    public static readonly TimeSpan PacingSlack = TimeSpan.FromMilliseconds(1);

    /// <summary>When lengths that did not pass are tried again (RFC 8899 section 5.1.1).</summary>
    public static readonly TimeSpan LengthSearchInterval = TimeSpan.FromMinutes(10);
}
