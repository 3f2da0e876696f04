using System.Net;
using System.Text;
using Traversal.Primitives;

namespace Traversal.Fuzz;

/// <summary>Addresses as text: what is read is what the framework reads, and is written so that it is read again.</summary>
internal sealed class AddressTextTarget : IFuzzTarget
{
    public static string Name => "address-text";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        bool isAddress = TransportAddress.TryParseAddress(input, out TransportAddress address);
        bool isEndpoint = TransportAddress.TryParse(input, out TransportAddress endpoint);
        string text = Encoding.Latin1.GetString(input);
        Invariant.Holds(
            TransportAddress.TryParseAddress(text, out TransportAddress fromText) == isAddress && fromText == address,
            "Bytes and characters read alike.");
        Invariant.Holds(TransportAddress.TryParse(text, out fromText) == isEndpoint && fromText == endpoint, "Bytes and characters read alike.");
        if (isAddress) CheckAddress(text, in address);
        if (isEndpoint) CheckEndpoint(in endpoint);
    }

    private static void CheckAddress(string text, in TransportAddress address)
    {
        Invariant.Holds(address.Port == 0, "An address without a port has none.");
        Invariant.Holds(IPAddress.TryParse(text, out IPAddress? expected), "The framework takes what is taken.");
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..address.WriteAddressBytes(bytes)];
        Invariant.Holds(bytes.SequenceEqual(expected.GetAddressBytes()), "The framework reads the same.");
        CheckEndpoint(address.WithPort(1));
    }

    private static void CheckEndpoint(in TransportAddress endpoint)
    {
        string written = endpoint.ToString();
        Invariant.Holds(TransportAddress.TryParse(written, out TransportAddress again) && again == endpoint, "What is written is read again.");

        Span<byte> utf8 = stackalloc byte[TransportAddress.MaxTextLength];
        Invariant.Holds(
            endpoint.TryFormat(utf8, out int length) && written.Equals(Encoding.UTF8.GetString(utf8[..length]), StringComparison.Ordinal),
            "Bytes and characters are written alike.");
        Invariant.Holds(!endpoint.TryFormat(utf8[..(length - 1)], out _), "What has no room is not written.");

        Span<byte> socketAddress = stackalloc byte[TransportAddress.MaxSocketAddressLength];
        length = endpoint.WriteSocketAddress(socketAddress);
        Invariant.Holds(
            TransportAddress.TryReadSocketAddress(socketAddress[..length], out again) && again == endpoint,
            "The system's form is the same address.");
    }
}
