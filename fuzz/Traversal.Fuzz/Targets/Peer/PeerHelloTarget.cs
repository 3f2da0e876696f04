using Traversal.Peer.Handshake;
using Traversal.Peer.Identity;

namespace Traversal.Fuzz;

/// <summary>What a peer says first: what is read is within its bounds, is written as the same, and gives keys.</summary>
internal sealed class PeerHelloTarget : IFuzzTarget
{
    public static string Name => "peer-hello";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (!PeerHello.TryRead(input, out PeerHello? hello)) return;

        Invariant.Holds(input.Length <= PeerHello.MaxLength && hello.Length <= input.Length, "A hello is not longer than its bytes.");
        Invariant.Holds(hello.Contribution.Length == PeerHello.ContributionLength, "A contribution has one length.");
        Invariant.Holds(hello.Certificates.Count <= PeerHello.MaxCertificates, "A chain is bounded.");
        foreach (ReadOnlyMemory<byte> certificate in hello.Certificates)
        {
            Invariant.Holds(certificate.Length is > 0 and <= PeerCertificate.MaxLength, "A certificate is bounded.");
            Invariant.Holds(input[(1 + PeerHello.ContributionLength)..].IndexOf(certificate.Span) >= 0, "A certificate is what stands there.");
        }

        byte[] written = new byte[hello.Length];
        Invariant.Holds(hello.Write(written) == written.Length, "It is as long as it says.");
        Invariant.Holds(PeerHello.TryRead(written, out PeerHello? again), "What is written is read.");
        Invariant.Holds(again.Contribution.Span.SequenceEqual(hello.Contribution.Span), "The contribution stays.");
        Invariant.Holds(again.Certificates.Count == hello.Certificates.Count, "The certificates stay.");
        for (int index = 0; index < again.Certificates.Count; index++)
        {
            Invariant.Holds(again.Certificates[index].Span.SequenceEqual(hello.Certificates[index].Span), "Each certificate stays.");
        }

        ConnectionKeys keys = ConnectionKeys.Derive(hello.Contribution.Span, again.Contribution.Span);
        Invariant.Holds(!keys.InitiatorDatagrams.SequenceEqual(keys.OtherDatagrams), "Each direction has its own key, even where a side repeats the other.");
    }
}
