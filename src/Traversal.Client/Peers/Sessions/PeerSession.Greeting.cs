using Traversal.Peer.Handshake;
using Traversal.Peer.Identity;
using Traversal.Peer.Multiplexing;

namespace Traversal.Client.Peers;

/// <content>What the two sides say first: who they are, in full, and whether each wants the other.</content>
internal sealed partial class PeerSession
{
    /// <summary>Greets the other side.</summary>
    /// <returns>Whether the two want each other, or why not.</returns>
    /// <exception cref="IOException">The carrier broke.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<PeerOutcome> GreetAsync(CancellationToken cancellationToken)
    {
        byte[] contribution = new byte[PeerHello.ContributionLength];
        _environment.Random.Fill(contribution);
        var own = new PeerHello(contribution, _options.Identity.Chain.Select(static certificate => certificate.Encoded));
        Do(static (multiplexer, hello) => multiplexer.SendHello(hello), Encode(own));
        if (_carrier.IsInitiator) _carrier.OnInitiatorContribution(contribution);

        // Where TLS has shown all that counts, half a round trip is saved.
        bool isKnown = _options.Accept is null && _options.Peer == _tls.Certificate.Subject;
        if (isKnown) Admit();

        await _hello.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (Failure is { } early) return ToOutcome(early);

        if (!PeerHello.TryRead(_multiplexer.PeerHello.Span, out PeerHello? hello) || !TryParse(hello.Certificates, out PeerCertificate[] chain))
            return await RefuseAsync(new PeerOutcome(PeerStatus.CertificateRejected) { Verdict = PeerChainVerdict.Malformed }).ConfigureAwait(false);
        if (!_carrier.IsInitiator) _carrier.OnInitiatorContribution(hello.Contribution.Span);
        OpenDatagrams(contribution, hello.Contribution.Span);

        (RemotePeer? remote, PeerOutcome? refusal) = Judgement.Of(chain, _tls.Certificate, _options.Peer, _environment.Time.GetUtcNow());
        refusal ??= await AskAsync(remote!, cancellationToken).ConfigureAwait(false);
        if (refusal is not null) return await RefuseAsync(refusal).ConfigureAwait(false);

        if (!isKnown) Admit();
        await _admitted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Failure is { } late ? ToOutcome(late) : new PeerOutcome(PeerStatus.Connected) { Remote = remote };
    }

    private void Admit() => Do(static (multiplexer, _) => multiplexer.Admit(), 0);

    private async Task<PeerOutcome?> AskAsync(RemotePeer remote, CancellationToken cancellationToken)
    {
        if (_options.Accept is not { } accept) return null;

        try
        {
            return await accept(remote, cancellationToken).ConfigureAwait(false) ? null : new PeerOutcome(PeerStatus.NotAccepted) { Remote = remote };
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // It is the application's code.
            return new PeerOutcome(PeerStatus.NotAccepted) { Remote = remote, Exception = failure };
        }
    }

    private async Task<PeerOutcome> RefuseAsync(PeerOutcome refusal)
    {
        await SayCloseAsync(MultiplexerCloseReason.Refused, (long)refusal.Verdict).ConfigureAwait(false);
        return refusal;
    }

    // A carrier that breaks says nothing of the other side: there may be another.
    private static PeerOutcome ToOutcome(PeerConnectionException failure) => failure.Reason switch
    {
        PeerCloseReason.Lost => throw failure.Again(),
        PeerCloseReason.Refused => new PeerOutcome(PeerStatus.RefusedByPeer),
        PeerCloseReason.TimedOut => new PeerOutcome(PeerStatus.TimedOut),
        PeerCloseReason.Closed => new PeerOutcome(PeerStatus.Closed),
        _ => new PeerOutcome(PeerStatus.HandshakeFailed) { Exception = failure },
    };

    private static bool TryParse(IReadOnlyList<ReadOnlyMemory<byte>> encoded, out PeerCertificate[] chain)
    {
        chain = new PeerCertificate[encoded.Count];
        for (int index = 0; index < chain.Length; index++)
        {
            if (PeerCertificate.TryParse(encoded[index].Span, out PeerCertificate? certificate) != PeerCertificateStatus.Ok) return false;
            chain[index] = certificate!;
        }

        return true;
    }

    private static byte[] Encode(PeerHello hello)
    {
        byte[] encoded = new byte[hello.Length];
        hello.Write(encoded);
        return encoded;
    }
}
