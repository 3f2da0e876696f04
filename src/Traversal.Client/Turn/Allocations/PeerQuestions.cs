using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <summary>Those that wait for the server's word about a peer's address; the machine bounds the addresses.</summary>
internal sealed class PeerQuestions(AllocationDriver driver)
{
    // Used while the machine is held.
    private readonly Dictionary<TransportAddress, TaskCompletionSource<NetworkStatus>> _waiting = [];

    /// <summary>Asks the machine for something about a peer, and waits for the answer where the server is asked.</summary>
    public ValueTask<NetworkStatus> AskAsync(
        Func<TurnAllocation, TransportAddress, MonotonicTime, TurnWrapStatus> question, TransportAddress peer, CancellationToken cancellationToken)
    {
        (TurnWrapStatus status, Task<NetworkStatus>? answer) = driver.Do(
            static (machine, ask, now) =>
            {
                TurnWrapStatus status = ask.Question(machine, ask.Peer, now);
                return (status, status == TurnWrapStatus.Pending ? ask.Questions.WaitFor(ask.Peer.WithPort(0)) : null);
            },
            (Questions: this, Question: question, Peer: peer));
        return answer is null ? new(driver.ToStatus(status)) : new(answer.WaitAsync(cancellationToken));
    }

    /// <summary>Tells the server's word; while the machine is held.</summary>
    public void Answer(in TransportAddress address, NetworkStatus status)
    {
        if (_waiting.Remove(address, out TaskCompletionSource<NetworkStatus>? waiting)) waiting.TrySetResult(status);
    }

    /// <summary>Tells everybody that the allocation is over.</summary>
    public void Close() => driver.Do(
        static (_, questions, _) =>
        {
            foreach (TransportAddress address in questions._waiting.Keys.ToArray()) questions.Answer(in address, NetworkStatus.Closed);
            return true;
        },
        this);

    private Task<NetworkStatus> WaitFor(in TransportAddress address)
    {
        if (!_waiting.TryGetValue(address, out TaskCompletionSource<NetworkStatus>? waiting))
            _waiting.Add(address, waiting = new TaskCompletionSource<NetworkStatus>(TaskCreationOptions.RunContinuationsAsynchronously));
        return waiting.Task;
    }
}
