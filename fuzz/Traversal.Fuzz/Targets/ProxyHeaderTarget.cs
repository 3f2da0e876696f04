using System.Buffers;
using System.Globalization;
using System.Text;
using Traversal.Primitives;
using Traversal.Transport.Proxies;

namespace Traversal.Fuzz;

/// <summary>A proxy's header: every beginning of one waits for more, what follows one does not matter, and text reads as it looks.</summary>
internal sealed class ProxyHeaderTarget : IFuzzTarget
{
    public static string Name => "proxy-header";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        OperationStatus status = ProxyHeader.TryParse(input, out ProxyHeader header);
        if (status != OperationStatus.Done)
        {
            Invariant.Holds(header == default, "What is no header says nothing.");
            Invariant.Holds(status != OperationStatus.NeedMoreData || input.Length < ProxyHeader.MaxLength, "Waiting has an end.");
            return;
        }

        Invariant.Holds(header.Length > 0 && header.Length <= Math.Min(input.Length, ProxyHeader.MaxLength), "A header has a length.");
        Invariant.Holds(!header.Client.IsIPv4Mapped && header.Client.Scope == 0, "An address has one form.");
        for (int length = 0; length < header.Length; length++)
        {
            Invariant.Holds(ProxyHeader.TryParse(input[..length], out _) == OperationStatus.NeedMoreData, "A beginning waits for more.");
        }

        Invariant.Holds(
            ProxyHeader.TryParse(input[..header.Length], out ProxyHeader again) == OperationStatus.Done && again == header, "What follows does not matter.");
        if (input[0] == 'P') CheckText(Encoding.ASCII.GetString(input[..(header.Length - 2)]), in header);
    }

    private static void CheckText(string line, in ProxyHeader header)
    {
        string[] words = line.Split(' ');
        if (words[1].Equals("UNKNOWN", StringComparison.Ordinal))
        {
            Invariant.Holds(header.Client.IsNone, "Unknown is unknown.");
            return;
        }

        Invariant.Holds(words.Length == 6, "A line has six words.");
        Invariant.Holds(TransportAddress.TryParseAddress(words[2], out TransportAddress source), "The second is an address.");
        Invariant.Holds(
            header.Client == source.WithPort(ushort.Parse(words[4], NumberStyles.None, CultureInfo.InvariantCulture)).Unmapped(), "A line reads as it looks.");
    }
}
