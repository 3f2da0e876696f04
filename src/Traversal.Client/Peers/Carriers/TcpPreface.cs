using System.Security.Cryptography;

namespace Traversal.Client.Peers;

/// <summary>
/// What each side says first on a TCP connection: which side it is, and that it knows what went through the signalling. Strangers who find the port open get
/// no further, and cost no handshake.
/// </summary>
internal static class TcpPreface
{
    /// <summary>The length: a name with the version, the role, a tag.</summary>
    public const int Length = 4 + 1 + TagLength;

    private const int TagLength = 16;
    private const byte Initiator = 1, Other = 0;

    private static ReadOnlySpan<byte> Name => "TRV1"u8;

    /// <summary>This side's.</summary>
    public static byte[] Make(ReadOnlySpan<byte> secret, bool isInitiator)
    {
        byte[] preface = new byte[Length];
        Name.CopyTo(preface);
        preface[Name.Length] = isInitiator ? Initiator : Other;
        WriteTag(secret, preface.AsSpan(0, Name.Length + 1), preface.AsSpan(Name.Length + 1));
        return preface;
    }

    /// <summary>Whether the other side's is one that this side can connect with.</summary>
    public static bool IsGood(ReadOnlySpan<byte> preface, ReadOnlySpan<byte> secret, bool isInitiator)
    {
        Span<byte> tag = stackalloc byte[TagLength];
        WriteTag(secret, preface[..(Name.Length + 1)], tag);
        return preface.StartsWith(Name)
            && preface[Name.Length] == (isInitiator ? Other : Initiator)
            && CryptographicOperations.FixedTimeEquals(preface[(Name.Length + 1)..], tag);
    }

    private static void WriteTag(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> what, Span<byte> tag)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, what, hash);
        hash[..tag.Length].CopyTo(tag);
    }
}
