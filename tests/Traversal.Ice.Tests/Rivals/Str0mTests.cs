using Traversal.Stun;

namespace Traversal.Ice.Tests.Rivals;

/// <summary>What str0m's agent does wrong: checks before the credentials wait for them, and then for one turn of 50 ms each.</summary>
public sealed class Str0mTests
{
    [Fact]
    public void Each_of_twenty_checks_before_the_credentials_is_answered_at_once()
    {
        var bench = new Bench(isSignalled: false);
        for (int i = 0; i < 20; i++)
        {
            byte[] answer = bench.Ask(CheckBuilder.For(bench.Agent));
            Assert.Equal(StunClass.SuccessResponse, IceScene.Parse(answer).Class);
            Assert.True(IceScene.Parse(answer).VerifyIntegrity(IntegrityKey.ShortTerm(bench.Agent.LocalParameters.Password)));
        }

        Assert.All(bench.SentAt, at => Assert.Equal(bench.Now, at));
    }

    [Fact]
    public void A_path_that_is_lost_is_said_to_be_after_ten_seconds_and_a_second_later_at_most_works_again()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();
        bench.Answer(bench.Checks.Last());
        bench.Advance(10_001);
        Assert.Equal(IceAgentState.Disconnected, bench.Agent.State);
        bench.Advance(1_000, _ => true);

        Assert.Equal(IceAgentState.Completed, bench.Agent.State);
    }
}
