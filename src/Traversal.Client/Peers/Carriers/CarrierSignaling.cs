using System.Globalization;
using System.Text;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Peers;

/// <summary>
/// The application's signalling with what the carriers want of it: the secret that both sides know by it, and the TCP addresses of each side, which are told as
/// passive candidates (RFC 6544).
/// </summary>
internal sealed class CarrierSignaling(ISignaling signaling, IReadOnlyList<TransportAddress> listening) : ISignaling
{
    /// <summary>The most TCP addresses that are told, and that are believed.</summary>
    public const int MaxTcpAddresses = 8;

    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<TransportAddress> _remoteTcp = [];
    private string? _ownPassword, _otherPassword;

    /// <summary>Both sides have said how they are reached.</summary>
    public Task Met => _met.Task;

    /// <summary>
    /// What both sides know once they have <see cref="Met"/>: their first passwords, in an order that does not depend on the side. What comes after a restart of
    /// ICE has no part in it.
    /// </summary>
    public byte[] Secret
    {
        get
        {
            string[] passwords = [_ownPassword!, _otherPassword!];
            Array.Sort(passwords, StringComparer.Ordinal);
            return Encoding.UTF8.GetBytes(string.Join('\n', passwords));
        }
    }

    /// <summary>The TCP addresses that the other side has told so far.</summary>
    public TransportAddress[] RemoteTcp
    {
        get
        {
            lock (_gate) return [.. _remoteTcp];
        }
    }

    public async ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken)
    {
        if (IsFirst(ref _ownPassword, signal))
            signal = signal with { Candidates = [.. signal.Candidates, .. listening.Take(MaxTcpAddresses).Select(ToCandidate)] };
        await signaling.SendAsync(signal, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken)
    {
        IceSignal? signal = await signaling.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        if (signal is null) return null;

        IsFirst(ref _otherPassword, signal);
        lock (_gate)
        {
            foreach (IceCandidate candidate in signal.Candidates)
            {
                if (_remoteTcp.Count < MaxTcpAddresses && IsPassive(candidate) && !_remoteTcp.Contains(candidate.Address)) _remoteTcp.Add(candidate.Address);
            }
        }

        return signal;
    }

    // Each side's signals are another thread's.
    private bool IsFirst(ref string? password, IceSignal signal)
    {
        lock (_gate)
        {
            if (password is not null) return false;

            password = signal.Parameters.Password;
            if (_ownPassword is not null && _otherPassword is not null) _met.TrySetResult();
            return true;
        }
    }

    private static bool IsPassive(IceCandidate candidate) =>
        candidate.Transport == IceTransport.Tcp && candidate.HostName is null && candidate.Address.Port != 0
        && candidate.TryGetExtension("tcptype", out ReadOnlySpan<char> type) && type.SequenceEqual("passive");

    // RFC 6544 section 4.2: the type preference of a host, below UDP's, and the local preference of a passive one.
    private static IceCandidate ToCandidate(TransportAddress address, int index) => new()
    {
        Foundation = string.Create(CultureInfo.InvariantCulture, $"tcp{index}"),
        Transport = IceTransport.Tcp,
        Priority = (90u << 24) | ((uint)((4 << 13) + MaxTcpAddresses - index) << 8) | 255,
        Address = address,
        Kind = IceCandidateKind.Host,
        Extensions = "tcptype passive",
    };
}
