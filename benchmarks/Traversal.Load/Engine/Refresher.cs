using Traversal.Stun;

namespace Traversal.Load.Engine;

/// <summary>
/// Keeps allocations, channels and permissions alive in a long run: each client asks again every two minutes, all of them evenly over that
/// time. Lost requests are not repeated; a permission outlives two of them (RFC 8656 section 9: 5 minutes).
/// </summary>
internal sealed class Refresher(Client[] clients, TurnRequests requests)
{
    private const int MaxRequestLength = 2048;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(2);

    private readonly byte[] _request = new byte[MaxRequestLength];
    private long _startedAt;
    private long _asked;

    public void Start(long now) => _startedAt = now;

    /// <summary>Sends the requests that are due.</summary>
    public void OnTime(long now)
    {
        while (now - _startedAt >= Interval.TotalNanoseconds * (1 + (double)_asked / clients.Length))
        {
            Refresh(clients[_asked++ % clients.Length]);
        }
    }

    /// <summary>An answer came; where it asks for another nonce the client asks again.</summary>
    public void OnAnswer(Client client, ReadOnlySpan<byte> frame)
    {
        if (requests.TryLearnNonce(frame, client)) Refresh(client);
    }

    private void Refresh(Client client)
    {
        Ask(client, ControlStep.Bind);
        Ask(client, ControlStep.Refresh);
    }

    private void Ask(Client client, ControlStep step)
    {
        int length = requests.Write(_request, step, client, out TransactionId _);
        ReadOnlySpan<byte> request = _request.AsSpan(0, length);
        if (client.Stream?.TrySend(client.Socket, request) is null) client.Socket.Send(request);
    }
}
