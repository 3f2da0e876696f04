using System.Buffers;
using Traversal.Primitives;

namespace Traversal.Transport.Proxies;

/// <summary>
/// What a proxy says of the client whose bytes it passes on: the PROXY protocol of HAProxy, versions 1 (a line of text) and 2 (binary).
/// </summary>
public readonly record struct ProxyHeader
{
    /// <summary>The longest header that is read, extensions included. The bytes of a longer one are no header.</summary>
    public const int MaxLength = 2048;

    internal ProxyHeader(int length, in TransportAddress client)
    {
        Length = length;
        Client = client;
    }

    /// <summary>The length of the header; the client's bytes follow it.</summary>
    public int Length { get; }

    /// <summary>
    /// The client's address; <see cref="TransportAddress.IsNone"/> where the proxy speaks for itself (LOCAL) or does not know (UNKNOWN), and the
    /// connection's own address counts.
    /// </summary>
    public TransportAddress Client { get; }

    /// <summary>Reads the header that stands at the start of what a proxy sent.</summary>
    /// <param name="bytes">The bytes so far; they may end anywhere.</param>
    /// <param name="header">The header.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>; <see cref="OperationStatus.NeedMoreData"/> when all of the bytes belong to a header that is not complete;
    /// <see cref="OperationStatus.InvalidData"/> when they are no header, or one of a length, family or checksum that can't be.
    /// </returns>
    public static OperationStatus TryParse(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        if (bytes.IsEmpty) return OperationStatus.NeedMoreData;
        return bytes[0] == BinaryProxyHeader.Signature[0] ? BinaryProxyHeader.TryParse(bytes, out header) : TextProxyHeader.TryParse(bytes, out header);
    }

    /// <summary>Whether the bytes begin as they must, as far as there are any.</summary>
    internal static bool Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        int length = Math.Min(bytes.Length, signature.Length);
        return bytes[..length].SequenceEqual(signature[..length]);
    }
}
