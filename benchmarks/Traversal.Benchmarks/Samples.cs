using System.Security.Cryptography;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Benchmarks;

/// <summary>The messages that every codec is measured with.</summary>
internal static class Samples
{
    public const int BatchSize = 8;

    public const int StreamFrames = 16;

    private const int BatchStride = 256;

    public static readonly IntegrityKey Key = IntegrityKey.ShortTerm("VOkJxbRl1RmTxUk/WvJxBt");

    public static readonly byte[] KeyBytes = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    public static readonly byte[] Username = "evtj:h6vY"u8.ToArray();

    public static readonly TransactionId Id = TransactionId.Read("0123456789ab"u8);

    /// <summary>XOR-MAPPED-ADDRESS, SOFTWARE, MESSAGE-INTEGRITY, FINGERPRINT.</summary>
    public static readonly byte[] BindingSuccess = MakeBindingSuccess(StunIntegrity.Sha1);

    /// <summary>The same with MESSAGE-INTEGRITY-SHA256.</summary>
    public static readonly byte[] Sha256Success = MakeBindingSuccess(StunIntegrity.Sha256);

    /// <summary>Eight Binding requests in a row, as a server finds them in its receive buffer.</summary>
    public static readonly byte[] Batch = MakeBatch();

    /// <summary>Their checks.</summary>
    public static readonly IntegrityCheck[] BatchChecks = MakeBatchChecks();

    /// <summary>160 bytes of data on a channel.</summary>
    public static readonly byte[] ChannelDataMessage = [0x40, 0x01, 0, 160, .. new byte[160]];

    /// <summary>What a TCP client sends: a STUN message and ChannelData in turn.</summary>
    public static readonly byte[] Stream = [.. Enumerable.Range(0, StreamFrames).SelectMany(i => i % 2 == 0 ? BindingSuccess : ChannelDataMessage)];

    /// <summary>80 bytes: what the scale of all figures hashes.</summary>
    public static readonly byte[] Eighty = SHA512.HashData(KeyBytes)[..64].Concat(KeyBytes).Take(80).ToArray();

    private static byte[] MakeBindingSuccess(StunIntegrity integrity)
    {
        byte[] buffer = new byte[256];
        var writer = new StunMessageWriter(buffer, StunClass.SuccessResponse, StunMethod.Binding, Id);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, TransportAddress.Parse("192.0.2.1:32853"));
        writer.Add(StunAttributeType.Software, "test vector"u8);
        return buffer[..writer.Finish(Key, integrity, fingerprint: true)];
    }

    private static byte[] MakeBatch()
    {
        byte[] bytes = new byte[BatchSize * BatchStride];
        for (int i = 0; i < BatchSize; i++) WriteBindingRequest(bytes.AsSpan(i * BatchStride, BatchStride));
        return bytes;
    }

    private static IntegrityCheck[] MakeBatchChecks()
    {
        var checks = new IntegrityCheck[BatchSize];
        for (int i = 0; i < checks.Length; i++)
        {
            int start = i * BatchStride;
            int length = WriteBindingRequest(Batch.AsSpan(start, BatchStride));
            StunMessage.TryParse(Batch.AsSpan(start, length), out StunMessage message);
            checks[i] = new IntegrityCheck(start, message, Key);
        }

        return checks;
    }

    /// <summary>USERNAME, PRIORITY, ICE-CONTROLLING, MESSAGE-INTEGRITY, FINGERPRINT.</summary>
    public static int WriteBindingRequest(Span<byte> destination)
    {
        var writer = new StunMessageWriter(destination, StunClass.Request, StunMethod.Binding, Id);
        writer.Add(StunAttributeType.Username, Username);
        writer.AddUInt32(StunAttributeType.Priority, 0x6e0001ff);
        writer.AddUInt64(StunAttributeType.IceControlling, 0x932ff9b151263b36);
        return writer.Finish(Key, StunIntegrity.Sha1, fingerprint: true);
    }
}
