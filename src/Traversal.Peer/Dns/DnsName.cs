using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Traversal.Peer.Dns;

/// <summary>
/// A domain name (RFC 1035 section 3.1) as it stands on the wire, without compression. Names that differ only in the case of ASCII letters are equal
/// (RFC 4343).
/// </summary>
public sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>The longest name, in bytes on the wire (RFC 1035 section 2.3.4).</summary>
    public const int MaxLength = 255;

    /// <summary>The longest label in bytes (RFC 1035 section 2.3.4).</summary>
    public const int MaxLabelLength = 63;

    // What a label of a host or a service is made of; other bytes are legal on the wire, and shown as numbers.
    private static readonly SearchValues<byte> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private readonly byte[] _bytes;

    private DnsName(byte[] bytes) => _bytes = bytes;

    /// <summary>The root, which as the target of a service says that there is none (RFC 2782).</summary>
    public static DnsName Root { get; } = new([0]);

    /// <summary>The name on the wire: labels behind their lengths, and a zero.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Whether this is the root.</summary>
    public bool IsRoot => _bytes.Length == 1;

    /// <summary>
    /// Reads a name as people write it, with or without the dot at its end: letters, digits, hyphens and underscores. Internationalised names are to be
    /// converted before.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out DnsName? name)
    {
        name = null;
        if (text.EndsWith('.')) text = text[..^1];
        if (text.IsEmpty || text.Length > MaxLength - 2) return false;

        byte[] bytes = new byte[text.Length + 2];
        int label = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                if (!TryEndLabel(bytes, ref label, i)) return false;
            }
            else
            {
                if (text[i] > 127 || !Plain.Contains((byte)text[i])) return false;
                bytes[i + 1] = (byte)text[i];
            }
        }

        if (!TryEndLabel(bytes, ref label, text.Length)) return false;
        name = new DnsName(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException"><paramref name="text"/> is not of that form.</exception>
    public static DnsName Parse(ReadOnlySpan<char> text) => TryParse(text, out DnsName? name) ? name : throw new FormatException($"'{text}' is no domain name.");

    /// <summary>This name below labels, such as <c>_turn._udp</c>; false if the whole is too long.</summary>
    public bool TryPrefix(ReadOnlySpan<char> labels, [NotNullWhen(true)] out DnsName? name)
    {
        name = null;
        if (!TryParse(labels, out DnsName? prefix) || prefix._bytes.Length - 1 + _bytes.Length > MaxLength) return false;
        name = new DnsName([.. prefix._bytes.AsSpan(0, prefix._bytes.Length - 1), .. _bytes]);
        return true;
    }

    /// <summary>Compares names on the wire; only ASCII letters have a case (RFC 4343), and no length is one.</summary>
    internal static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length) return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (ToLower(left[i]) != ToLower(right[i])) return false;
        }

        return true;
    }

    internal static DnsName FromWire(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <inheritdoc/>
    public bool Equals(DnsName? other) => other is not null && AreEqual(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (byte b in _bytes) hash.Add(ToLower(b));
        return hash.ToHashCode();
    }

    /// <summary>The name with dots, without the last one; bytes that no host name has as <c>\DDD</c> (RFC 1035 section 5.1).</summary>
    public override string ToString()
    {
        if (IsRoot) return ".";
        var text = new StringBuilder();
        for (int label = 0; _bytes[label] != 0; label += 1 + _bytes[label])
        {
            if (label > 0) text.Append('.');
            foreach (byte b in _bytes.AsSpan(label + 1, _bytes[label]))
            {
                if (Plain.Contains(b)) text.Append((char)b);
                else text.Append('\\').Append(b.ToString("D3", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }

    private static byte ToLower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;

    private static bool TryEndLabel(byte[] bytes, ref int label, int end)
    {
        int length = end - label;
        if (length is 0 or > MaxLabelLength) return false;
        bytes[label] = (byte)length;
        label = end + 1;
        return true;
    }
}
