using Traversal.Primitives;

namespace Traversal.Stun.Tests;

public class StunTransactionTests
{
    private static readonly TransactionId Id = TransactionId.Read("0123456789ab"u8);

    // RFC8489-6.2.1-1, RFC8489-6.2.1-2, RFC8489-6.2.1-4, RFC8489-6.2.1-11, RFC8489-6.2.1-12, RFC8489-6.2.1-13
    [Fact]
    public void Over_UDP_it_sends_and_fails_at_the_moments_of_the_RFC() // RFC 8489 section 6.2.1
    {
        (List<double> sent, double failed) = Run(RetransmissionSchedule.Unreliable);
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5], sent);
        Assert.Equal(39.5, failed);
    }

    // RFC8489-6.2.2-2
    [Fact]
    public void Over_TCP_it_sends_once_and_fails_after_Ti() // RFC 8489 section 6.2.2
    {
        (List<double> sent, double failed) = Run(RetransmissionSchedule.Reliable);
        Assert.Equal([0], sent);
        Assert.Equal(39.5, failed);
    }

    // RFC8489-6.2.1-5, RFC8489-6.2.1-6
    [Fact]
    public void Another_initial_timeout_scales_all()
    {
        (List<double> sent, double failed) = Run(RetransmissionSchedule.UnreliableWith(TimeSpan.FromMilliseconds(100)));
        Assert.Equal([0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3], sent);
        Assert.Equal(7.9, failed);
    }

    [Fact]
    public void Before_a_deadline_it_waits_and_after_the_last_it_stays_timed_out()
    {
        var transaction = new StunTransaction(Id, RetransmissionSchedule.Unreliable, At(0));
        Assert.Equal(StunTransactionStep.Send, transaction.OnTime(At(0)));
        Assert.Equal(StunTransactionStep.Wait, transaction.OnTime(At(0.499)));
        Assert.Equal((1, At(0), At(0.5), Id), (transaction.Transmissions, transaction.LastSent, transaction.NextDeadline, transaction.Id));
        while (transaction.OnTime(transaction.NextDeadline) != StunTransactionStep.TimedOut) continue;
        Assert.Equal(StunTransactionStep.TimedOut, transaction.OnTime(At(100)));
        Assert.Equal(MonotonicTime.Never, transaction.NextDeadline);
    }

    [Fact]
    public void A_late_caller_is_not_made_to_catch_up()
    {
        var transaction = new StunTransaction(Id, RetransmissionSchedule.Unreliable, At(0));
        transaction.OnTime(At(0));
        Assert.Equal(StunTransactionStep.Send, transaction.OnTime(At(20)));
        Assert.Equal(StunTransactionStep.Wait, transaction.OnTime(At(20)));
        Assert.Equal(At(21), transaction.NextDeadline);
    }

    // RFC8489-6.2.1-7, RFC8489-6.2.1-8
    [Fact]
    public void A_round_trip_is_measured_only_when_it_was_sent_once()
    {
        var transaction = new StunTransaction(Id, RetransmissionSchedule.Unreliable, At(0));
        Assert.Null(transaction.RoundTrip(At(0)));
        transaction.OnTime(At(0));
        Assert.Equal(TimeSpan.FromMilliseconds(80), transaction.RoundTrip(At(0.08)));
        transaction.OnTime(At(0.5));
        Assert.Null(transaction.RoundTrip(At(0.58)));
    }

    private static MonotonicTime At(double seconds) => MonotonicTime.Zero + TimeSpan.FromSeconds(seconds);

    private static (List<double> Sent, double Failed) Run(RetransmissionSchedule schedule)
    {
        var transaction = new StunTransaction(Id, schedule, At(0));
        var sent = new List<double>();
        while (true)
        {
            MonotonicTime now = transaction.NextDeadline;
            double seconds = Math.Round((now - At(0)).TotalSeconds, 6);
            if (transaction.OnTime(now) == StunTransactionStep.TimedOut) return (sent, seconds);
            sent.Add(seconds);
        }
    }
}
